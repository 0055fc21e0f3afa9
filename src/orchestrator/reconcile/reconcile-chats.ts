import type { Chat } from '../../core/chat.ts';
import type { ChatId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';
import { recoverMembers, recoverMessages } from './recover-messages.ts';

const page = 50;
const atOnce = 4;
/** Chats that nobody has spoken in for longer than this are as good as closed. */
const activeWithinMs = 30 * 24 * 3_600_000;

/** Looks in every chat that was active lately for messages that were never delivered. Gives how many there were. */
export async function recoverAllMessages(parley: Installation): Promise<number> {
  let found = 0;
  await eachChat(parley, activeWithinMs, async (_parley, chat) => {
    found += await recoverMessages(parley, chat);
  });
  return found;
}

/** Looks in these chats for messages that were never delivered. */
export async function recoverMessagesIn(parley: Installation, ids: readonly ChatId[]): Promise<void> {
  await lookIn(parley, await parley.store.collection('chats').getMany(ids), async (_parley, chat) => {
    await recoverMessages(parley, chat);
  });
}

/** Compares the chats that were active within this time with the network, and makes the stored ones true. */
export const reconcileChats = (parley: Installation, withinMs: number): Promise<void> =>
  eachChat(parley, withinMs, async (_parley, chat) => {
    await recoverMessages(parley, chat);
    await recoverMembers(parley, chat);
  });

type Look = (parley: Installation, chat: Chat) => Promise<void>;

async function eachChat(parley: Installation, withinMs: number, look: Look): Promise<void> {
  const since = parley.clock.now() - withinMs;
  let after: Chat | undefined;
  do {
    const chats: Chat[] = await parley.store.collection('chats').find({
      where: { lastActivity: { above: since } },
      orderBy: { field: 'lastActivity', direction: 'desc' },
      limit: page,
      ...(after ? { after } : {}),
    });
    await lookIn(parley, chats, look);
    after = chats.length === page ? chats.at(-1) : undefined;
  } while (after);
}

async function lookIn(parley: Installation, chats: readonly Chat[], look: Look): Promise<void> {
  for (let index = 0; index < chats.length; index += atOnce) {
    await Promise.all(chats.slice(index, index + atOnce).map(chat => attempt(parley, chat, look)));
  }
}

/** One room that can't be read must not keep the others from being looked at. */
async function attempt(parley: Installation, chat: Chat, look: Look): Promise<void> {
  try {
    await look(parley, chat);
  } catch (error) {
    parley.log.warn(
      { chat: chat._id, err: error },
      'A room could not be compared with the chat network; the next sweep tries again.',
    );
  }
}
