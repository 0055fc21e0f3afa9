import type { MessageId } from '../../core/ids.ts';
import { type Attachment, isSaid, type Message, type SaidMessage } from '../../core/message.ts';
import { readIn, type TaskStep } from '../../core/tasks/task-step.ts';
import { displayName } from '../../orchestrator/rooms/room-view.ts';
import { bringInputs, inputFacts } from '../bring-inputs.ts';
import type { Working } from '../working.ts';

export interface UnreadText {
  readonly message: MessageId;
  readonly text: string;
  readonly file: Attachment | null;
}

const longest = 8_000;

/** What people said in the thread and the agent has not read, as it gets to read it: whose words they are can't be faked inside of them. */
export async function unreadTexts(working: Working, steps: readonly TaskStep[]): Promise<UnreadText[]> {
  const { parley, task, chat } = working;
  const read = readIn(steps);
  const ids = task.inbox.map(({ message }) => message).filter(message => !read.has(message));
  const found = await parley.store.collection('messages').getMany(ids);
  const byId = new Map(found.map(message => [message._id, message]));
  return ids.flatMap(id => {
    const message = byId.get(id);
    if (message === undefined || !isReadable(message)) return [];
    const { attachment: file } = message;
    const who = displayName(chat, message.from, parley.agents);
    const along = file === null ? '' : ` A file came along: ${JSON.stringify(inputFacts(file, working))}`;
    const said = `${JSON.stringify(who)} says in the thread: ${JSON.stringify(message.text.slice(0, longest))}`;
    return [{ message: id, text: `${said}${along}`, file }];
  });
}

/** Puts the files among them where the agent works, before it reads of them. */
export const bringAlong = (working: Working, heard: readonly UnreadText[], signal: AbortSignal): Promise<void> =>
  bringInputs(
    working,
    heard.flatMap(({ file }) => (file === null ? [] : [file])),
    signal,
  );

const isReadable = (message: Message): message is SaidMessage => isSaid(message) && message.status !== 'redacted';

/** What was said in the thread and can't be read any more: it was taken back, or who said it is forgotten. Nobody waits for it. */
export async function takenBackIn({ parley, task }: Pick<Working, 'parley' | 'task'>): Promise<MessageId[]> {
  if (task.inbox.length === 0) return [];
  const ids = task.inbox.map(({ message }) => message);
  const found = await parley.store.collection('messages').getMany(ids);
  const readable = new Set(found.filter(isReadable).map(({ _id }) => _id));
  return ids.filter(id => !readable.has(id));
}
