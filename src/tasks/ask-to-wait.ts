import { isEnded, type Task } from '../core/tasks/task.ts';
import { goesOn, waitsForSubtasks } from '../core/tasks/waiting.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { changeTask } from '../orchestrator/tasks/change-task.ts';
import { type Calling, callName } from './steps/calling.ts';
import { saidNow, type Working } from './working.ts';

const most = 1000;

/** The parts of a task that were made tasks of their own, the first one first. */
export async function subtasksOf({ store }: Pick<Installation, 'store'>, task: Pick<Task, '_id'>): Promise<Task[]> {
  const found = await store.collection('tasks').find({ where: { parent: task._id }, limit: most });
  return found.toSorted((a, b) => a.number - b.number);
}

/** The task rests until its subtasks have ended; then the call is carried out. */
export async function askToWait(working: Working, calling: Calling): Promise<void> {
  const { parley, task } = working;
  await changeTask(parley, task._id, stored => waitsForSubtasks(stored, callName(calling), saidNow(working)));
}

/** Lets a task go on whose subtasks have ended; false: it waits for none, or still does. */
export async function endWait(parley: Installation, task: Task): Promise<boolean> {
  if (task.waits?.for !== 'subtasks') return false;
  if (!(await subtasksOf(parley, task)).every(isEnded)) return false;
  await changeTask(parley, task._id, stored => (stored.waits?.for === 'subtasks' ? goesOn(stored) : stored));
  return true;
}
