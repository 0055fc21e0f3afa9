import type { MessageId } from '../../core/ids.ts';
import { isSaid } from '../../core/message.ts';
import type { TaskStep } from '../../core/tasks/task-step.ts';
import { readIn } from '../../core/tasks/task-step.ts';
import { displayName } from '../../orchestrator/rooms/room-view.ts';
import type { Working } from '../working.ts';

export interface UnreadText {
  readonly message: MessageId;
  readonly text: string;
}

const longest = 8_000;

/** What people said in the thread and the agent has not read, as it gets to read it: whose words they are can't be faked inside of them. */
export async function unreadTexts({ parley, task, chat }: Working, steps: readonly TaskStep[]): Promise<UnreadText[]> {
  const read = readIn(steps);
  const ids = task.inbox.map(({ message }) => message).filter(message => !read.has(message));
  const found = await parley.store.collection('messages').getMany(ids);
  const byId = new Map(found.map(message => [message._id, message]));
  return ids.flatMap(id => {
    const message = byId.get(id);
    if (message === undefined || !isSaid(message) || message.status === 'redacted') return [];
    const who = displayName(chat, message.from, parley.agents);
    return [
      {
        message: id,
        text: `${JSON.stringify(who)} says in the thread: ${JSON.stringify(message.text.slice(0, longest))}`,
      },
    ];
  });
}
