import { agentId, bridgeName, chatId, foreignMember, messageId, taskId } from '../../../src/core/ids.ts';
import { newTask } from '../../../src/core/tasks/new-task.ts';
import type { Task } from '../../../src/core/tasks/task.ts';

const bridge = bridgeName('test');
export const mara = foreignMember(bridge, '@mara');
const origin = messageId(bridge, 'wish');

/** A task as it is made, but for what is given. */
export function sampleTask(given: Partial<Task> = {}): Task {
  const wish = {
    _id: taskId(origin),
    text: 'Write a haiku',
    chat: chatId(bridge, 'room'),
    origin,
    host: agentId('parley'),
    createdBy: mara,
    askedBy: mara,
    order: 1,
  };
  const draft = newTask(wish, { number: 1, tokenLimit: 1_000_000, now: 0 });
  return { ...draft, version: 1, createdAt: 0, updatedAt: 0, tenant: 'default', ...given };
}
