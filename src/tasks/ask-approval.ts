import { saidBy } from '../core/tasks/stage-machine.ts';
import { approvalOf, asksApproval, decided } from '../core/tasks/waiting.ts';
import { changeTask } from '../orchestrator/tasks/change-task.ts';
import { approvalText, hashOf } from './approvals.ts';
import { callFor, say } from './say.ts';
import { type Calling, callName, shortName, storeResult } from './steps/calling.ts';
import { whoDecides } from './who-decides.ts';
import { saidNow, type Working } from './working.ts';

/** What a person reads through. It stands in messages as a whole, also at its longest: none of it goes into a file. */
const longest = 30_000;
const tooLong =
  'Not done, and nobody was asked: this is more than a person can read through before they allow it. Make it shorter, or several calls of it.';

export type Approved = 'granted' | 'denied' | 'expired';

/** What was decided about a call; null: nobody was asked yet. It counts for these arguments only. */
export async function approvalFor(working: Working, calling: Calling): Promise<Approved | null> {
  const { parley, task } = working;
  const approval = approvalOf(task, callName(calling));
  if (approval === null) return null;
  const hash = hashOf(calling.call.name, calling.call.input);
  if (approval.hash !== hash) return 'denied';
  if (approval.state !== 'asked') return approval.state;
  const said = saidBy(null, parley.clock.now());
  await changeTask(parley, task._id, stored => decided(stored, { call: approval.call, state: 'expired' }, said));
  return 'expired';
}

/** Asks in the thread whether it may be done, with the arguments as they are and what was seen ahead of it, and waits. What is too long for people is refused. */
export async function requestApproval(
  working: Working,
  calling: Calling,
  { what, shown }: { readonly what: string; readonly shown: string | null },
): Promise<void> {
  const { parley, task, agent } = working;
  const { name, input } = calling.call;
  const call = callName(calling);
  const expiresAt = parley.clock.now() + parley.settings.tasks.approvalMs;
  const asked = {
    call,
    hash: hashOf(name, input),
    tool: name,
    what,
    args: JSON.stringify(input, null, 2),
    expiresAt,
  };
  const text = `${callFor(task)}${approvalText(asked, shown)}${await whoDecides(parley, task)}`;
  if (text.length > longest) return storeResult(working, calling, { result: tooLong });
  const turn = await say(parley, task, { what: `approval${shortName(calling)}`, as: agent._id, text, notice: false });
  const approval = { ...asked, turn, state: 'asked', by: null } as const;
  await changeTask(parley, task._id, stored => asksApproval(stored, approval, saidNow(working)));
}
