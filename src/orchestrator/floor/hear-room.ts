import type { Chat } from '../../core/chat.ts';
import type { Draft } from '../../core/document.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { isFull } from '../../core/floor/queue.ts';
import type { ChatId, MemberId } from '../../core/ids.ts';
import { isSaid, type Message } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { change } from '../change.ts';
import { commandIn, isCommand } from '../commands/is-command.ts';
import { handleMessage } from '../handle/handle-message.ts';
import { reactions } from '../handle/handle-reaction.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';

const batch = 50;
const lookAhead = 500;
/** They are heard although too many wait. */
const endingCommands: ReadonlySet<string> = new Set(['stop', 'floor clear']);
const touchEveryMs = 5 * 60_000;

/** What was decided, and the chat as it stood then; null where it was not looked at, or may have changed since. */
export type Heard = Decision & { readonly chat: Chat | null };

/** Deals with what is new in the log of a room, after `settled`. The same floor when there was nothing. */
export async function hearRoom(parley: Installation, settled: Decision): Promise<Heard> {
  if (isFull(settled.floor)) return { ...(await hearStops(parley, settled)), chat: null };
  const turns = [...settled.turns];
  const asides = [...(settled.asides ?? [])];
  let { floor } = settled;
  const askers = new Set<MemberId>();
  let chat: Chat | null = null;
  const messages = await messagesAfter(parley, floor, batch);
  if (messages.length > 0) await touch(parley, floor._id);
  for (const message of messages) {
    // What is about turns must find them in the store: it begins a batch of its own.
    if (isFull(floor) || (turns.length + asides.length > 0 && isAboutTurns(message, askers, parley))) break;
    chat = await ensureChat(parley, floor._id);
    const decision = await handleMessage(message, { parley, chat, floor });
    if (decision.waits) break;
    turns.push(...decision.turns);
    if (decision.turns.length > 0) askers.add(message.from);
    asides.push(...(decision.asides ?? []));
    floor = { ...decision.floor, handledThrough: message.order };
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

function messagesAfter({ store }: Installation, floor: Floor, limit: number): Promise<Message[]> {
  return store.collection('messages').find({
    where: { chat: floor._id, order: { above: floor.handledThrough } },
    orderBy: { field: 'order', direction: 'asc' },
    limit,
  });
}

/**
 * As long as too many wait, newer messages stay in the log. Only what ends something is heard at once, without moving the cursor: it is
 * dealt with again in its place.
 */
async function hearStops(parley: Installation, full: Decision): Promise<Decision> {
  const asides: Draft<Turn>[] = [...(full.asides ?? [])];
  let { floor } = full;
  for (const message of await messagesAfter(parley, floor, lookAhead)) {
    if (!endsSomething(message, parley)) continue;
    const chat = await ensureChat(parley, floor._id);
    const decision = await handleMessage(message, { parley, chat, floor });
    if (decision.turns.length > 0) continue;
    floor = decision.floor;
    asides.push(...(decision.asides ?? []));
  }
  return { ...full, floor, asides };
}

function endsSomething(message: Message, parley: Installation): boolean {
  if (isSaid(message)) return endingCommands.has(commandIn(message, parley) ?? '');
  if (message.messageType === 'membership') return ['left', 'kicked', 'banned'].includes(message.change);
  return message.messageType === 'redaction' || (message.messageType === 'reaction' && message.key === reactions.stop);
}
