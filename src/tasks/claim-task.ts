import type { TaskId } from '../core/ids.ts';
import type { Task } from '../core/tasks/task.ts';
import type { Installation } from '../orchestrator/installation.ts';

/** The task, for this process to work on; null where another one does, or there is none. */
export async function claimTask({ store, crew }: Installation, id: TaskId): Promise<Task | null> {
  const tasks = store.collection('tasks');
  for (;;) {
    const task = await tasks.get(id);
    if (task === null || !crew.shared || task.claimedBy === crew.self) return task;
    if (task.claimedBy !== undefined && !(await crew.isGone(task.claimedBy))) return null;
    const claimed = await tasks.replace({ ...task, claimedBy: crew.self }, 'process');
    if (claimed !== null) return claimed;
  }
}

/** Lets any process go on when something happens. False: something has happened since, and has to be looked at first. */
export async function letTaskGo({ store, crew }: Installation, task: Task): Promise<boolean> {
  if (!crew.shared || task.claimedBy !== crew.self) return true;
  const { claimedBy: _, ...free } = task;
  return (await store.collection('tasks').replace(free, 'process')) !== null;
}
