import { isSaid, type SaidMessage } from '../../core/message.ts';
import type { Task } from '../../core/tasks/task.ts';
import { readIn } from '../../core/tasks/task-step.ts';
import type { Installation } from '../installation.ts';

/** More than a task has steps that are looked at. */
const most = 1000;

/** What people said in the thread for a task: what was read in its steps, and what waits to be read. Without what was taken back. */
export async function saidForTask({ store }: Pick<Installation, 'store'>, task: Task): Promise<SaidMessage[]> {
  const steps = await store
    .collection('task_steps')
    .find({ where: { task: task._id }, orderBy: { field: 'order', direction: 'desc' }, limit: most });
  const ids = new Set([...readIn(steps), ...task.inbox.map(({ message }) => message)]);
  const found = await store.collection('messages').getMany([...ids]);
  return found.flatMap(message => (isSaid(message) && message.status !== 'redacted' ? [message] : []));
}
