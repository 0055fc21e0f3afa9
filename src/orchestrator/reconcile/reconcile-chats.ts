import type { Chat } from '../../core/chat.ts';
import type { Installation } from '../installation.ts';
import { reconcileChat } from './reconcile-chat.ts';

const page = 50;
const atOnce = 4;

/** How far back the chats are looked at that nobody has spoken in: those are as good as closed. */
const activeWithinMs = 30 * 24 * 3_600_000;

/** Looks in every chat that was active lately for messages that were never delivered. */
export async function reconcileChats(parley: Installation, withinMs: number = activeWithinMs): Promise<void> {
  const since = parley.clock.now() - withinMs;
  let after: Chat | undefined;
  do {
    const chats: Chat[] = await parley.store.collection('chats').find({
      where: { lastActivity: { above: since } },
      orderBy: { field: 'lastActivity', direction: 'desc' },
      limit: page,
      ...(after ? { after } : {}),
    });
    for (let index = 0; index < chats.length; index += atOnce) {
      await Promise.all(chats.slice(index, index + atOnce).map(chat => attempt(parley, chat)));
    }
    after = chats.length === page ? chats.at(-1) : undefined;
  } while (after);
}

/** One room that can't be read must not keep the others from being looked at. */
async function attempt(parley: Installation, chat: Chat): Promise<void> {
  try {
    await reconcileChat(parley, chat);
  } catch (error) {
    parley.log.warn(
      { chat: chat._id, err: error },
      'A room could not be compared with the chat network; the next sweep tries again.',
    );
  }
}
