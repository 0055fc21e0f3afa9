import { taskChanges } from '../../core/events/task-changes.ts';
import type { TaskId } from '../../core/ids.ts';
import { isEnded, type Task } from '../../core/tasks/task.ts';
import { step } from '../../telemetry/step.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';

export type Tasking = Pick<Installation, 'store' | 'bus' | 'queue'>;

/**
 * Changes a task by a pure function, again from the newest version when somebody else was faster; tells what that changed and has its card
 * brought up to date. Gives the task as it now stands; null: there is none.
 */
export async function changeTask(parley: Tasking, id: TaskId, edit: (task: Task) => Task): Promise<Task | null> {
  const tasks = parley.store.collection('tasks');
  for (;;) {
    const before = await tasks.get(id);
    if (before === null) return null;
    const edited = edit(before);
    if (edited === before) return before;
    const after = await tasks.replace(edited);
    if (after === null) continue;
    step('task.changed');
    if (after.changes !== before.changes) {
      parley.bus.publish(taskChanges(before, after));
      await keepUpdate(parley, after);
    }
    parley.queue.wake(topics.taskCards, id);
    if (isEnded(after) && !isEnded(before)) await wakeWaiting(parley, after);
    return after;
  }
}

/** What happened last, as it is kept. May be repeated: of one count there is one. */
export async function keepUpdate(
  { store }: Pick<Installation, 'store'>,
  task: Pick<Task, '_id' | 'changes' | 'latest'>,
): Promise<void> {
  const { at: timestamp, ...told } = task.latest;
  const update = { _id: `${task._id}/update${task.changes}`, task: task._id, nth: task.changes, timestamp, ...told };
  await store.collection('task_updates').insert([update], 'process');
}

/** Somebody has less to do: whoever waits for an agent, and the task that it is a part of, are looked at again. */
async function wakeWaiting({ store, queue }: Tasking, { parent }: Task): Promise<void> {
  if (parent !== null) queue.wake(topics.tasks, parent);
  for (const task of await openTasks({ store })) if (task.assignedTo === null) queue.wake(topics.tasks, task._id);
}

const page = 500;

/** The tasks for which there is something to do, the most urgent first. */
async function unsettledTasks({ store }: Pick<Installation, 'store'>): Promise<Task[]> {
  const all: Task[] = [];
  let after: Task | undefined;
  do {
    const query = { where: { open: true }, limit: page, ...(after ? { after } : {}) };
    const found: Task[] = await store.collection('tasks').find(query);
    all.push(...found);
    after = found.length === page ? found.at(-1) : undefined;
  } while (after);
  return all.toSorted((a, b) => b.priority - a.priority || a.number - b.number);
}

/** Those of them that have not ended. */
export const openTasks = async (parley: Pick<Installation, 'store'>): Promise<Task[]> =>
  (await unsettledTasks(parley)).filter(task => !isEnded(task));

/** Looks at every task that is not settled; where `keeps`, what happened to each last is kept again: a crash may have come before. */
export async function wakeTasks(parley: Pick<Installation, 'store' | 'queue'>, keeps: boolean): Promise<void> {
  for (const task of await unsettledTasks(parley)) {
    if (keeps) await keepUpdate(parley, task);
    parley.queue.wake(topics.tasks, task._id);
    parley.queue.wake(topics.taskCards, task._id);
  }
}
