import type { Chat } from '../../core/chat.ts';
import type { ChatId } from '../../core/ids.ts';
import type { Message } from '../../core/message.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';

type Waking = Pick<Installation, 'store' | 'queue' | 'clock'>;

const page = 1_000;
const chatsAtOnce = 200;
const asked = 20;

/** The rooms in which something came in within this time, with the number of the newest line of each. */
export async function newestLines({ store, clock }: Waking, withinMs: number): Promise<Map<ChatId, number>> {
  const newest = new Map<ChatId, number>();
  let after: Message | undefined;
  do {
    const lines: Message[] = await store.collection('messages').find({
      where: { createdAt: { above: clock.now() - withinMs } },
      orderBy: { field: 'createdAt', direction: 'desc' },
      limit: page,
      ...(after ? { after } : {}),
    });
    for (const { chat, order } of lines) newest.set(chat, Math.max(order, newest.get(chat) ?? 0));
    after = lines.length === page ? lines.at(-1) : undefined;
  } while (after);
  return newest;
}

/** Wakes the rooms that have not dealt with what came in within this time: a wake-up may be lost, a line in the log is not. */
export async function wakeUnheard(parley: Waking, withinMs: number): Promise<void> {
  const newest = await newestLines(parley, withinMs);
  const chats = [...newest.keys()];
  for (let index = 0; index < chats.length; index += page) {
    const some = chats.slice(index, index + page);
    const handled = await handledIn(parley, some);
    for (const chat of some)
      if ((newest.get(chat) ?? 0) > (handled.get(chat) ?? 0)) parley.queue.wake(topics.rooms, chat);
  }
}

/** The same for all rooms that are known, however long ago it came in. */
export async function wakeAllUnheard(parley: Waking): Promise<void> {
  let after: Chat | undefined;
  do {
    const chats: Chat[] = await parley.store.collection('chats').find({
      orderBy: { field: 'lastActivity', direction: 'desc' },
      limit: chatsAtOnce,
      ...(after ? { after } : {}),
    });
    const ids = chats.map(({ _id }) => _id);
    const handled = await handledIn(parley, ids);
    for (let index = 0; index < ids.length; index += asked)
      await Promise.all(ids.slice(index, index + asked).map(chat => wakeBehind(parley, chat, handled.get(chat) ?? 0)));
    after = chats.length === chatsAtOnce ? chats.at(-1) : undefined;
  } while (after);
}

async function wakeBehind({ store, queue }: Waking, chat: ChatId, handledThrough: number): Promise<void> {
  const where = { chat, order: { above: handledThrough } };
  const [line] = await store.collection('messages').find({ where, limit: 1 });
  if (line !== undefined) queue.wake(topics.rooms, chat);
}

/** Up to which line each room has dealt with its log; those that never did are not there. */
async function handledIn({ store }: Waking, chats: readonly ChatId[]): Promise<Map<ChatId, number>> {
  const floors = await store.collection('speaker_queues').getMany(chats);
  return new Map(floors.map(({ _id, handledThrough }) => [_id, handledThrough]));
}
