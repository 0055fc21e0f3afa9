import { type MessageId, type TaskId, taskId } from '../../core/ids.ts';
import type { Envelope } from '../../core/message.ts';
import { isForgotten, type Task } from '../../core/tasks/task.ts';
import { withoutWish } from '../../core/tasks/without-wish.ts';
import type { Installation } from '../installation.ts';
import { forgetWork } from './forget-work.ts';
import { orderTask } from './order-task.ts';

/** More than a task has. */
const mostParts = 100;

/** More answers to one message than there are. */
const mostAnswers = 100;

/**
 * A message is taken back: the task that it asked for, and those that agents made or offered in answer to it, end with their parts, and what they were
 * about is forgotten. May be repeated.
 */
export async function takeBackTask(message: MessageId, redaction: Envelope, parley: Installation): Promise<void> {
  const answers = await parley.store.collection('turns').find({ where: { trigger: message }, limit: mostAnswers });
  const made = await parley.store.collection('tasks').getMany(answers.map(({ _id }) => taskId(_id)));
  for (const id of [taskId(message), ...made.map(({ _id }) => _id)]) await takeBack(id, redaction, parley);
}

async function takeBack(id: TaskId, { from }: Envelope, parley: Installation): Promise<void> {
  const said = { by: from, at: parley.clock.now(), agent: null };
  const edit = (stored: Task): Task =>
    isForgotten(stored) ? stored : withoutWish(stored, { title: 'taken back', said });
  if ((await orderTask(parley, id, { edit, breaksOff: true })) === null) return;
  const parts = await parley.store.collection('tasks').find({ where: { parent: id }, limit: mostParts });
  for (const part of parts) await orderTask(parley, part._id, { edit, breaksOff: true });
  for (const one of [id, ...parts.map(({ _id }) => _id)]) await forgetWork(parley, one);
}
