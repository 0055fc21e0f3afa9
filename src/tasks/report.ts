import { cancelled, endTold, saidBy } from '../core/tasks/stage-machine.ts';
import { isEnded, isForgotten, type Task } from '../core/tasks/task.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { changeTask } from '../orchestrator/tasks/change-task.ts';
import { forgetWork } from '../orchestrator/tasks/forget-work.ts';
import { orderTask } from '../orchestrator/tasks/order-task.ts';
import { subtasksOf } from './ask-to-wait.ts';
import { callFor, nameOf, say } from './say.ts';
import { settleCutOff } from './steps/settle-cut-off.ts';
import { writeReadme } from './write-readme.ts';

/** What became of a task, in its thread, with its files; once. Its parts, for which nobody waits any more, end with it. */
export async function sayEnd(parley: Installation, task: Task): Promise<void> {
  const said = saidBy(task.latest.by, parley.clock.now());
  for (const part of (await subtasksOf(parley, task)).filter(one => !isEnded(one)))
    await orderTask(parley, part._id, { edit: stored => cancelled(stored, said), breaksOff: true });
  const text = endText(parley, task);
  if (!isForgotten(task)) {
    await settleCutOff(parley, task);
    await writeReadme(parley, task);
  }
  const files = task.result?.files ?? [];
  await say(parley, task, { what: `end${task.run}`, as: task.builders.at(-1) ?? null, text, notice: false, files });
  // The step that was under way when the wish was taken back may have been stored after that.
  if (isForgotten(task)) await forgetWork(parley, task._id);
  await changeTask(parley, task._id, endTold);
}

function endText(parley: Installation, task: Task): string {
  const call = callFor(task);
  const { summary = '' } = task.result ?? {};
  switch (task.status) {
    case 'complete':
      return [`${call}task #${task.number} is done.`, '', summary, '', ...reviewLines(parley, task)].join('\n').trim();
    case 'cancelled':
      return `Task #${task.number} is cancelled.${left(task)}`;
    default:
      return [`${call}task #${task.number} failed: ${task.failure ?? 'nobody knows why.'}`, '', ...triedLines(task)]
        .join('\n')
        .trim();
  }
}

function reviewLines(parley: Installation, { verdicts }: Task): string[] {
  const last = verdicts.at(-1);
  return last === undefined ? [] : [`*Reviewed by ${nameOf(parley, last.by)}:* ${last.reasons}`];
}

const left = (task: Task): string => (task.work === null ? '' : ' What there is of it is below.');

/** A failure is a result, too: what was tried, and what is left. */
function triedLines(task: Task): string[] {
  const steps = task.plan?.steps ?? [];
  const open = steps.filter(({ done }) => !done);
  return [
    ...(task.work === null ? [] : ['What there is:', '', task.work.summary, '']),
    ...(task.verdicts.length === 0 ? [] : [`What the last review said: ${task.verdicts.at(-1)?.reasons}`, '']),
    ...(open.length === 0 ? [] : ['What is left of the plan:', ...open.map(({ text }) => `- ${text}`), '']),
    'React to the card with 🔁 to have it tried again.',
  ];
}
