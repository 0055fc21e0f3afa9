import { isParleyError } from '../../core/errors.ts';
import { taskStepId } from '../../core/ids.ts';
import { failed } from '../../core/tasks/stage-machine.ts';
import { openCall, readIn, type TaskStep } from '../../core/tasks/task-step.ts';
import { goesOn, hasRead, stepped } from '../../core/tasks/waiting.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { settleLimit } from '../ask-for-more.ts';
import { tellOfAssignment } from '../assign-task.ts';
import { bringInputs } from '../bring-inputs.ts';
import { settleSandbox, waitForSandbox } from '../wait-for-sandbox.ts';
import { saidNow, type Working } from '../working.ts';
import { askModel } from './ask-model.ts';
import { carryOutCall } from './carry-out-call.ts';
import { countOf } from './count-of.ts';
import { stepsOf } from './steps-of.ts';
import { takenBackIn } from './unread.ts';

/** So often a model may call nothing in a row. */
const mostIdle = 3;

/**
 * Does what is next in a stage: counts a step that is stored, carries out a call of it, or asks the model for the next one. Where that needs a
 * workspace and there is nothing to run it in, the task waits, and does the same then.
 */
export async function takeStep(working: Working, signal: AbortSignal): Promise<void> {
  if (await settleSandbox(working, signal)) return;
  try {
    await doNext(working, signal);
  } catch (error) {
    if (!isParleyError(error, 'SANDBOX_MISSING')) throw error;
    await waitForSandbox(working, error);
  }
}

async function doNext(working: Working, signal: AbortSignal): Promise<void> {
  if (await settleLimit(working)) return;
  const steps = await stepsOf(working.parley, working.task);
  if (await settleStored(working, steps)) return;
  const last = steps.at(-1);
  const open = last === undefined ? null : openCall(last);
  if (last !== undefined && open !== null) return carryOutCall(working, { steps, taken: last, ...open, signal });
  if (steps.length === 0) {
    await tellOfAssignment(working);
    await bringInputs(working, working.task.inputs, signal);
  }
  const why = hopeless(working);
  if (why === null) return askModel(working, steps, signal);
  await changeTask(working.parley, working.task._id, stored => failed(stored, why, saidNow(working)));
}

/**
 * What the steps say and the task does not know yet, after a crash between the two, also where another run began since; and what nobody can read any
 * more. True: there was something.
 */
async function settleStored({ parley, task }: Working, steps: readonly TaskStep[]): Promise<boolean> {
  const uncounted = await parley.store.collection('task_steps').get(taskStepId(task._id, task.steps + 1));
  const known = [...readIn(steps)].filter(message => task.inbox.some(one => one.message === message));
  const read = [...known, ...(await takenBackIn({ parley, task }))];
  const waitsInVain = waitsNoMore(task, steps);
  if (uncounted === null && read.length === 0 && !waitsInVain) return false;
  await changeTask(parley, task._id, stored => {
    const counted = uncounted === null ? stored : stepped(stored, countOf(uncounted));
    const quiet = hasRead(counted, read);
    return waitsInVain && quiet.waits === stored.waits && stored.version === task.version ? goesOn(quiet) : quiet;
  });
  return true;
}

/** Whether the call that it waits for is done, or its time has come. */
function waitsNoMore({ waits }: Working['task'], steps: readonly TaskStep[]): boolean {
  if (waits?.for === 'time') return true;
  if (waits?.for !== 'answer' && waits?.for !== 'approval' && waits?.for !== 'subtasks') return false;
  const call = waits.for === 'approval' ? waits.approval.call : waits.call;
  return steps.some(step => step.calls.some(({ result }, index) => `${step._id}/${index}` === call && result !== null));
}

function hopeless({ parley, task }: Working): string | null {
  if (task.runSteps >= parley.settings.tasks.stepsPerStage)
    return `The stage ${task.status} was not done after ${task.runSteps} steps.`;
  return task.idle >= mostIdle
    ? `The model called no tool ${task.idle} times in a row, so the stage ${task.status} got no further.`
    : null;
}
