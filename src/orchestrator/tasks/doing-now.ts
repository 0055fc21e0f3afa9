import { inCode } from '../../core/command/in-code.ts';
import { spokenTime } from '../../core/command/parameters.ts';
import { isEnded, isWorkedOn, type Task } from '../../core/tasks/task.ts';
import { openCall } from '../../core/tasks/task-step.ts';
import type { Installation } from '../installation.ts';
import { latestStep } from './latest-step.ts';

/** What is being done for a task, and since when, so that people see that long work goes on; null: nothing. Tells the name of a tool and no more. */
export async function doingNow(parley: Pick<Installation, 'store' | 'clock'>, task: Task): Promise<string | null> {
  if (isEnded(task) || !isWorkedOn(task) || task.status === 'not_started') return null;
  const latest = await latestStep(parley, task);
  if (latest?.run !== task.run) return 'Now: the model thinks.';
  // A step is stored as it begins and with each result, so what is open began then.
  const seconds = Math.max(0, Math.floor((parley.clock.now() - latest.updatedAt) / 1000));
  const time = spokenTime(seconds < 120 ? seconds : seconds - (seconds % 60));
  const open = openCall(latest);
  return open === null ? `Now: the model thinks, for ${time}.` : `Now: ${inCode(open.call.name)}, for ${time}.`;
}
