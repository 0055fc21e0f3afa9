import { hasAllOf } from '../../core/allowed-tools.ts';
import { agentOf } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { isEnded } from '../../core/tasks/task.ts';
import { hears } from '../../core/tasks/waiting.ts';
import { mayHere } from '../commands/refuse.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { toolsOfRole } from '../tools/narrowing.ts';
import { topics } from '../topics.ts';
import { changeTask } from './change-task.ts';
import { taskOfThread } from './task-here.ts';

/**
 * What a person says in the thread of a task that is under way is for the task: its agent reads it before its next step. Null: it is no such
 * message. Who may not use commands is not heard there, and neither is whoever could not have asked for it with the same tools: what they want done would be
 * done with those of somebody else. May be repeated.
 */
export async function hearForTask(message: SaidMessage, scene: Scene): Promise<Decision | null> {
  const { parley } = scene;
  if (message.thread === null || agentOf(message.from) !== null) return null;
  const task = await taskOfThread(parley, message.thread, message.chat);
  if (task === null || isEnded(task)) return null;
  const tools = toolsOfRole(parley, task.askedBy ?? task.createdBy);
  if (!mayHere(message.from, 'command', scene) || !hasAllOf(toolsOfRole(parley, message.from), tools))
    return nothing(scene);
  const said = { message: message._id, order: message.order };
  await changeTask(parley, task._id, stored => hears(stored, said, message.attachment));
  parley.queue.wake(topics.tasks, task._id);
  return nothing(scene);
}
