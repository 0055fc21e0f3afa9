import type { Task } from '../../core/tasks/task.ts';
import type { TaskStep } from '../../core/tasks/task-step.ts';
import type { Installation } from '../installation.ts';

/** The step of a task that was begun last, of whichever run; undefined: it has none. */
export async function latestStep(
  { store }: Pick<Installation, 'store'>,
  task: Pick<Task, '_id'>,
): Promise<TaskStep | undefined> {
  const [latest] = await store
    .collection('task_steps')
    .find({ where: { task: task._id }, orderBy: { field: 'order', direction: 'desc' }, limit: 1 });
  return latest;
}
