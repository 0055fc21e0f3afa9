import { tokens } from '../core/tasks/card-text.ts';
import { failed, saidBy } from '../core/tasks/stage-machine.ts';
import { approvalOf, asksApproval, decided, goesOn, withSetting } from '../core/tasks/waiting.ts';
import { changeTask } from '../orchestrator/tasks/change-task.ts';
import { approvalText, canonical, hashOf } from './approvals.ts';
import { callFor, say } from './say.ts';
import { whoDecides } from './who-decides.ts';
import { saidNow, type Working } from './working.ts';

const tool = 'spend';

/** The call that waits for approval to use more, as an id: one for each limit in a run. */
const limitCall = ({ task }: Working): string => `${task._id}/limit${task.tokenLimit}.${task.run}`;

/** A task has used what it may: a person is asked whether it may use as much again. */
export async function askForMore(working: Working): Promise<void> {
  const { parley, task } = working;
  const more = parley.settings.tasks.tokens;
  const input = { moreTokens: more, usedSoFar: task.tokens };
  const what = `about ${tokens(more)} tokens more (${tokens(task.tokens)} are used)`;
  const asked = { call: limitCall(working), hash: hashOf(tool, input), tool, what, args: canonical(input) };
  const expiresAt = parley.clock.now() + parley.settings.tasks.approvalMs;
  const text = `${approvalText({ ...asked, expiresAt })}${await whoDecides(parley, task)}`;
  const turn = await say(parley, task, {
    // A task that is tried again asks again, where people see it.
    what: `limit${task.tokenLimit}.${task.run}`,
    as: null,
    text: `${callFor(task)}${text}`,
    notice: false,
  });
  await changeTask(parley, task._id, stored =>
    asksApproval(stored, { ...asked, expiresAt, turn, state: 'asked', by: null }, saidNow(working)),
  );
}

/** What was decided about that, carried out once; false: it is about something else. */
export async function settleLimit(working: Working): Promise<boolean> {
  const { parley, task } = working;
  const approval = approvalOf(task, limitCall(working));
  if (approval === null) return false;
  const said = saidBy(approval.by, parley.clock.now());
  const tokenLimit = task.tokenLimit + parley.settings.tasks.tokens;
  await changeTask(parley, task._id, stored => {
    if (approvalOf(stored, approval.call) === null) return stored;
    if (approval.state === 'granted')
      return withSetting(goesOn(stored), { tokenLimit }, { content: `may use ${tokenLimit} tokens`, said });
    const over = approval.state === 'asked' ? decided(stored, { call: approval.call, state: 'expired' }, said) : stored;
    return failed(over, 'It has used its tokens, and nobody allowed more.', said);
  });
  return true;
}
