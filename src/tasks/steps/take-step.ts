import { isParleyError } from '../../core/errors.ts';
import { taskStepId } from '../../core/ids.ts';
import { failed } from '../../core/tasks/stage-machine.ts';
import { openCall, readIn, type TaskStep } from '../../core/tasks/task-step.ts';
import { goesOn, hasRead, stepped } from '../../core/tasks/waiting.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { settleLimit } from '../ask-for-more.ts';
import { tellOfAssignment } from '../assign-task.ts';
import { bringInputs } from '../bring-inputs.ts';
import { tellOutcome } from '../tell-outcome.ts';
import { settleSandbox, waitForSandbox } from '../wait-for-sandbox.ts';
import { saidNow, type Working } from '../working.ts';
import { askModel } from './ask-model.ts';
import { callName } from './calling.ts';
import { carryOutCall } from './carry-out-call.ts';
import { countOf } from './count-of.ts';
import { settleCutOff } from './settle-cut-off.ts';
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
    await settleCutOff(working.parley, working.task);
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
async function settleStored(working: Working, steps: readonly TaskStep[]): Promise<boolean> {
  const { parley, task } = working;
  const uncounted = await parley.store.collection('task_steps').get(taskStepId(task._id, task.steps + 1));
  const known = [...readIn(steps)].filter(message => task.inbox.some(one => one.message === message));
  const read = [...known, ...(await takenBackIn({ parley, task }))];
  const came = resultFor(task, steps);
  const waitsInVain = came !== null || task.waits?.for === 'time';
  if (uncounted === null && read.length === 0 && !waitsInVain) return false;
  if (came !== null && task.waits?.for === 'approval') await tellOutcome(working, task.waits.approval, came);
  await changeTask(parley, task._id, stored => {
    const counted = uncounted === null ? stored : stepped(stored, countOf(uncounted));
    const quiet = hasRead(counted, read);
    return waitsInVain && quiet.waits === stored.waits && stored.version === task.version ? goesOn(quiet) : quiet;
  });
  return true;
}

/** What came of the call that it waits for; null: it is not done yet, or it waits for none. */
function resultFor({ waits }: Working['task'], steps: readonly TaskStep[]): string | null {
  if (waits?.for !== 'answer' && waits?.for !== 'approval' && waits?.for !== 'subtasks') return null;
  const call = waits.for === 'approval' ? waits.approval.call : waits.call;
  const found = steps.flatMap(taken => taken.calls.filter((_, index) => callName({ taken, index }) === call));
  return found[0]?.result ?? null;
}

function hopeless({ parley, task }: Working): string | null {
  if (task.runSteps >= parley.settings.tasks.stepsPerStage)
    return `The stage ${task.status} was not done after ${task.runSteps} steps.`;
  return task.idle >= mostIdle
    ? `The model called no tool ${task.idle} times in a row, so the stage ${task.status} got no further.`
    : null;
}
