import type { ParleyError } from '../core/errors.ts';
import { couldTake, isWanted } from '../core/tasks/choose-agent.ts';
import { failed, leftBehind, passedOn } from '../core/tasks/stage-machine.ts';
import type { Task } from '../core/tasks/task.ts';
import { waitsForTime } from '../core/tasks/waiting.ts';
import { changeTask } from '../orchestrator/tasks/change-task.ts';
import { saidNow, type Working } from './working.ts';

/** So often a model may fail in a row, and how long is waited before the next try; longer each time. */
const mostTroubles = 3;
const waitMs = 20_000;
/** A budget may be raised at any time, and a model be given back. */
const longWaitMs = 5 * 60_000;
const noTools = 'its agent has no model any more that can call tools';

/** A model failed, or may not be asked: later, by another agent, or never. */
export async function meetTrouble(working: Working, error: ParleyError): Promise<void> {
  const { parley, task, agent } = working;
  const now = parley.clock.now();
  parley.log.warn({ task: task._id, agent: agent._id, code: error.code, err: error }, 'A step of a task failed.');
  // Its model may be back by now. No other trouble depends on it.
  const canStep = error.code === 'MODEL_WITHOUT_TOOLS' && (await parley.runtime.canStep(agent));
  await changeTask(parley, task._id, stored => {
    if (stored.assignedTo !== task.assignedTo || stored.run !== task.run) return stored;
    const said = saidNow(working);
    const long = { until: now + longWaitMs, why: error.message, counts: false };
    if (error.code === 'BUDGET_SPENT') return waitsForTime(stored, long, said);
    if (hasLostModel(error, stored))
      return canStep || isWanted(stored, agent) ? waitsForTime(stored, long, said) : leftBehind(stored, said, noTools);
    if (mayHelp(error, stored) && stored.troubles < mostTroubles - 1) {
      const until = now + waitMs * 2 ** stored.troubles;
      return waitsForTime(stored, { until, why: `${error.message} It is tried again soon.`, counts: true }, said);
    }
    return hasOthers(working, stored) ? passedOn(stored, said) : failed(stored, error.message, said);
  });
}

/**
 * Work on it has begun, by whichever agent, and is not lost because a model is gone: that is the fault of nobody, and may change. It is for others meanwhile, or
 * waits until somebody can; but for whom a person has chosen.
 */
const hasLostModel = ({ code }: ParleyError, { steps }: Task): boolean => code === 'MODEL_WITHOUT_TOOLS' && steps > 0;

/** Whether the same agent may have more luck. */
const mayHelp = ({ retry, code }: ParleyError, { troubles }: Task): boolean =>
  retry || (troubles === 0 && code !== 'MODEL_WITHOUT_TOOLS');

/** Whether somebody else could go on with it. */
const hasOthers = ({ parley, agent }: Working, task: Task): boolean =>
  [...parley.agents.values()].some(other => other._id !== agent._id && couldTake(task, other));
