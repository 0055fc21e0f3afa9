import { event } from '../../core/events/event.ts';
import { type MemberId, type TaskId, taskWorkId } from '../../core/ids.ts';
import type { Message } from '../../core/message.ts';
import type { Task } from '../../core/tasks/task.ts';
import { maySteer } from '../../core/tasks/task-rights.ts';
import { mayHere } from '../commands/refuse.ts';
import type { Scene } from '../handle/handling.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { changeTask } from './change-task.ts';

/** Carries out what somebody orders: the task is changed first, then the work on it breaks off where `breaksOff`, and goes on as it now stands. */
export async function orderTask(
  parley: Installation,
  id: TaskId,
  { edit, breaksOff = false }: { readonly edit: (task: Task) => Task; readonly breaksOff?: boolean },
): Promise<Task | null> {
  const task = await changeTask(parley, id, edit);
  if (task === null) return null;
  if (breaksOff) parley.running.interrupt(taskWorkId(id), 'stop');
  parley.queue.wake(topics.tasks, id);
  return task;
}

/** Whether a member may steer this task. */
export const maySteerHere = (member: MemberId, task: Task, { parley, chat }: Scene): boolean =>
  maySteer(member, task, { rules: parley.settings.access, chat });

/** Whether a member may allow what agents may not do by themselves, in a task of this room; who is not there any more may not. */
export const mayApproveHere = (member: MemberId, scene: Scene): boolean =>
  scene.chat.participants.includes(member) && mayHere(member, 'approve', scene);

/** That somebody was refused is in the audit before it goes on. */
export async function noteRefusal(asked: Message, command: string, { parley, chat }: Scene): Promise<void> {
  const told = { chat: chat._id, message: asked._id, by: asked.from, command, needs: 'the task' };
  parley.log.info(told, 'Refused: the task is not theirs.');
  await parley.bus.keep([event('CommandRefused', told, asked._id)]);
}
