import { taskCreated } from '../../core/events/task-changes.ts';
import { newTask, type TaskWish } from '../../core/tasks/new-task.ts';
import type { Task } from '../../core/tasks/task.ts';
import { step } from '../../telemetry/step.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { keepUpdate, openTasks } from './change-task.ts';

/** The task, or why it is not made, in plain words. */
export type Created = { readonly task: Task } | { readonly refused: string };

/**
 * Makes a task and has it begun. The one way for everybody: commands, agents, later the API. May be repeated: a wish of the same id is the same
 * task. Whether somebody may ask for it is decided before.
 */
export async function createTask(parley: Installation, wish: TaskWish): Promise<Created> {
  const tasks = parley.store.collection('tasks');
  const { perRoom, tokens } = parley.settings.tasks;
  const known = await tasks.get(wish._id);
  if (known !== null) return begun(parley, known);
  if (perRoom === 0)
    return { refused: 'Nobody works on tasks here: ask for it in a room of a Parley that runs (`npx parley up`).' };
  const open = (await openTasks(parley)).filter(({ chat }) => chat === wish.chat);
  if (open.length >= perRoom)
    return { refused: `This room has ${open.length} open tasks, which is the most. End some first.` };
  for (;;) {
    const [last] = await tasks.find({ orderBy: { field: 'number', direction: 'desc' }, limit: 1 });
    const draft = newTask(wish, { number: (last?.number ?? 0) + 1, tokenLimit: tokens, now: parley.clock.now() });
    await tasks.insert([draft]);
    const stored = await tasks.get(wish._id);
    step('task.created');
    // The number may have been taken meanwhile.
    if (stored !== null) return begun(parley, stored);
  }
}

async function begun(parley: Installation, task: Task): Promise<Created> {
  parley.bus.publish([taskCreated(task)]);
  if (task.changes === 1) await keepUpdate(parley, task);
  parley.queue.wake(topics.taskCards, task._id);
  parley.queue.wake(topics.tasks, task._id);
  return { task };
}
