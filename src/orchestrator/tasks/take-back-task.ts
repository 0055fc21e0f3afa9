import { type MessageId, taskId } from '../../core/ids.ts';
import type { Envelope } from '../../core/message.ts';
import { withoutWish } from '../../core/tasks/without-wish.ts';
import type { Installation } from '../installation.ts';
import { orderTask } from './order-task.ts';

/** The message that asked for a task is taken back: the task ends, and what it was about is forgotten. May be repeated. */
export async function takeBackTask(message: MessageId, { from }: Envelope, parley: Installation): Promise<void> {
  const id = taskId(message);
  const said = { by: from, at: parley.clock.now(), agent: null };
  await orderTask(parley, id, {
    edit: task => (task.description === '' ? task : withoutWish(task, { title: 'taken back', said })),
    breaksOff: true,
  });
}
