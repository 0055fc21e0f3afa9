import type { ParleyError } from '../core/errors.ts';
import { hasSandbox, waitsForSandbox } from '../core/tasks/waiting.ts';
import { changeTask } from '../orchestrator/tasks/change-task.ts';
import { saidNow, type Working } from './working.ts';

/** There is nothing to run the workspace in: the task waits where it is. Nobody is asked meanwhile, and no try is counted. */
export async function waitForSandbox(working: Working, { message }: ParleyError): Promise<void> {
  const { parley, task } = working;
  await changeTask(parley, task._id, stored =>
    stored.assignedTo === task.assignedTo && stored.run === task.run
      ? waitsForSandbox(stored, message, saidNow(working))
      : stored,
  );
}

/** Looks whether a task that waits for that can go on. False: it does not wait for it. */
export async function settleSandbox(working: Working, signal: AbortSignal): Promise<boolean> {
  const { parley, task } = working;
  const { waits } = task;
  if (waits?.for !== 'sandbox') return false;
  const { missing } = parley.workTools;
  const why = missing === undefined ? waits.why : await missing(signal);
  await changeTask(parley, task._id, stored => {
    if (stored.waits?.for !== 'sandbox') return stored;
    return why === null ? hasSandbox(stored) : waitsForSandbox(stored, why, saidNow(working));
  });
  return true;
}
