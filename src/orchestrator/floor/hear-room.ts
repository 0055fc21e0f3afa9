import type { Chat } from '../../core/chat.ts';
import { isFull } from '../../core/floor/queue.ts';
import type { ChatId, MemberId } from '../../core/ids.ts';
import { isSaid, type Message } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { change } from '../change.ts';
import { isCommand } from '../commands/is-command.ts';
import { handleMessage } from '../handle/handle-message.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { forgetEarly, hearEarly, wasOrderedEarly } from './hear-early.ts';
import { messagesAfter } from './messages-after.ts';

const batch = 50;
const touchEveryMs = 5 * 60_000;

/** What was decided, and the chat as it stood then; null where it was not looked at, or may have changed since. */
export type Heard = Decision & { readonly chat: Chat | null };

/** Deals with what is new in the log of a room, after `settled`. The same floor when there was nothing. */
export async function hearRoom(parley: Installation, settled: Decision): Promise<Heard> {
  if (isFull(settled.floor)) return { ...(await hearEarly(parley, settled)), chat: null };
  const turns = [...settled.turns];
  const asides = [...(settled.asides ?? [])];
  let { floor } = settled;
  const askers = new Set<MemberId>();
  let chat: Chat | null = null;
  const messages = await messagesAfter(parley, floor, batch);
  if (messages.length > 0) await touch(parley, floor._id);
  for (const message of messages) {
    // What is about turns must find them in the store: it begins a batch of its own.
    if (wasOrderedEarly(message, floor, parley)) {
      floor = { ...forgetEarly(floor, message._id), handledThrough: message.order };
      continue;
    }
    if (isFull(floor) || (turns.length + asides.length > 0 && isAboutTurns(message, askers, parley))) break;
    chat = await ensureChat(parley, floor._id);
    const decision = await handleMessage(message, { parley, chat, floor });
    if (decision.waits) break;
    turns.push(...decision.turns);
    if (decision.turns.length > 0) askers.add(message.from);
    asides.push(...(decision.asides ?? []));
    floor = { ...forgetEarly(decision.floor, message._id), handledThrough: message.order };
    if (!isPlainTalk(message, parley)) chat = null;
  }
  return { floor, turns, asides, chat };
}

/** Notes that the chat is in use, at most once in a few minutes: the order of the chats needs no more. */
async function touch(parley: Installation, chat: ChatId): Promise<void> {
  const now = parley.clock.now();
  if (now - (await ensureChat(parley, chat)).lastActivity < touchEveryMs) return;
  await change(parley.store.collection('chats'), chat, stored =>
    now - stored.lastActivity < touchEveryMs ? stored : { ...stored, lastActivity: now },
  );
}

/** Anything but plain talk; and that of somebody who has just asked, which may be answered together with what they asked. */
const isAboutTurns = (message: Message, askers: ReadonlySet<MemberId>, parley: Installation): boolean =>
  !isPlainTalk(message, parley) || (parley.settings.mergeWithinMs > 0 && askers.has(message.from));

const isPlainTalk = (message: Message, parley: Installation): boolean => isSaid(message) && !isCommand(message, parley);
