import type { Draft } from '../core/document.ts';
import { emptyFloor, type Floor, grantNext, maxWaiting, release } from '../core/floor.ts';
import { type ChatId, messageId, type TurnId } from '../core/ids.ts';
import { isSaid, type Message } from '../core/message.ts';
import { type Decision, handOver } from '../core/take-turns.ts';
import type { Turn } from '../core/turn.ts';
import { step } from '../telemetry/step.ts';
import { change, ensure } from './change.ts';
import { isCommand } from './commands/run-command.ts';
import { handleMessage } from './handle/handle-message.ts';
import { reactions } from './handle/handle-reaction.ts';
import type { Installation } from './installation.ts';
import { ensureChat } from './rooms/refresh-chat.ts';
import { agentsIn } from './rooms/room-view.ts';
import { topics } from './topics.ts';

const batch = 50;
const lookAhead = 500;
const maxAsides = 50;
const touchEveryMs = 5 * 60_000;

/**
 * Brings a room up to date: ends a turn that is done, deals with what is new in the log, gives the floor to the next in the queue, and
 * wakes that turn. One run at a time for each room in a process. A second process that works on the same room loses the
 * compare-and-set on the floor and begins anew. Every step may be repeated: turns are inserted under ids made from their cause, then the floor
 * moves its cursor.
 */
export async function workRoom(parley: Installation, chat: ChatId): Promise<void> {
  const floors = parley.store.collection('speaker_queues');
  let floor = await ensure(floors, emptyFloor(chat));
  let woken: TurnId | null = null;
  for (;;) {
    const before = floor;
    const decided = await decide(parley, before);
    const asides = decided.asides ?? [];
    const next = grantNext(decided.floor);
    await insertTurns(parley, [...decided.turns, ...asides]);
    if (next !== before) floor = (await commit(parley, next)) ?? (await ensure(floors, emptyFloor(chat)));
    for (const aside of asides) parley.queue.wake(topics.turns, aside._id);
    // At once, and not when there is nothing more to deal with: somebody waits for the answer.
    const speaking = floor.currentSpeaker?.turn ?? null;
    if (speaking !== null && speaking !== woken) parley.queue.wake(topics.turns, speaking);
    woken = speaking;
    if (next === before || (asides.length > 0 && (await hasManyAsides(parley, chat)))) return;
  }
}

/** Turns and floor follow from the log, which is on the disk: they need not wait for it. */
async function insertTurns({ store }: Installation, turns: readonly Draft<Turn>[]): Promise<void> {
  if (turns.length === 0) return;
  await store.collection('turns').insert(turns, 'process');
  step('turn.inserted');
}

/** The floor as it is stored now, or null when another process was faster. */
async function commit({ store }: Installation, floor: Floor): Promise<Floor | null> {
  const stored = await store.collection('speaker_queues').replace(floor, 'process');
  step('floor.committed');
  return stored;
}

/** Then the room waits until one of them is done, which wakes it: nobody fills the memory with commands. */
async function hasManyAsides({ store }: Installation, chat: ChatId): Promise<boolean> {
  const unsent = await store.collection('turns').find({ where: { chat, state: 'replied' }, limit: maxAsides });
  return unsent.length >= maxAsides;
}

/** The floor after the speaker has ended and everything new has been dealt with; the same object when there was nothing. */
async function decide(parley: Installation, before: Floor): Promise<Decision> {
  const settled = await settleSpeaker(parley, before);
  const turns = [...settled.turns];
  const asides: Draft<Turn>[] = [];
  let floor = settled.floor;
  if (floor.queue.length >= maxWaiting) return hearStops(parley, { floor, turns });
  const messages = await messagesAfter(parley, floor, batch);
  if (messages.length > 0) await touch(parley, floor._id);
  for (const message of messages) {
    // What is about turns must find them in the store: it begins a batch of its own.
    if (turns.length + asides.length > 0 && !isPlainTalk(message)) break;
    const chat = await ensureChat(parley, floor._id);
    const decision = await handleMessage(message, { parley, chat, floor });
    turns.push(...decision.turns);
    asides.push(...(decision.asides ?? []));
    floor = { ...decision.floor, handledThrough: message.order };
  }
  return { floor, turns, asides };
}

/** Notes that the chat is in use, at most once in a few minutes: the order of the chats needs no more. */
async function touch(parley: Installation, chat: ChatId): Promise<void> {
  const now = parley.clock.now();
  if (now - (await ensureChat(parley, chat)).lastActivity < touchEveryMs) return;
  await change(parley.store.collection('chats'), chat, stored =>
    now - stored.lastActivity < touchEveryMs ? stored : { ...stored, lastActivity: now },
  );
}

const isPlainTalk = (message: Message): boolean => isSaid(message) && !isCommand(message.text);

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
  const asides: Draft<Turn>[] = [];
  let { floor } = full;
  for (const message of await messagesAfter(parley, floor, lookAhead)) {
    if (!endsSomething(message)) continue;
    const chat = await ensureChat(parley, floor._id);
    const decision = await handleMessage(message, { parley, chat, floor });
    if (decision.turns.length > 0) continue;
    floor = decision.floor;
    asides.push(...(decision.asides ?? []));
  }
  return { ...full, floor, asides };
}

function endsSomething(message: Message): boolean {
  if (isSaid(message)) return /^\s*!stop\b/iu.test(message.text);
  if (message.messageType === 'membership') return ['left', 'kicked', 'banned'].includes(message.change);
  return message.messageType === 'redaction' || (message.messageType === 'reaction' && message.key === reactions.stop);
}

/** Releases the floor when its turn is done; an answer that calls a colleague hands it over. */
async function settleSpeaker(parley: Installation, floor: Floor): Promise<Decision> {
  if (floor.currentSpeaker === null) return { floor, turns: [] };
  const turn = await parley.store.collection('turns').get(floor.currentSpeaker.turn);
  if (turn !== null && turn.state !== 'done') return { floor, turns: [] };
  const released = release(floor);
  return turn === null ? { floor: released, turns: [] } : afterTurn(parley, turn, released);
}

async function afterTurn(parley: Installation, turn: Turn, floor: Floor): Promise<Decision> {
  const last = turn.parts.findLast(part => part.body.kind !== 'removed')?.externalId;
  const byModel = turn.outcome === 'answered' && turn.attempts > 0;
  if (!byModel || turn.reply === null || !last) return { floor, turns: [] };
  const chat = await ensureChat(parley, turn.chat);
  if (chat.chatType === 'private') return { floor, turns: [] };
  const room = {
    chatType: chat.chatType,
    agents: agentsIn(parley, chat),
    people: [],
    repliedTo: null,
    threadAgent: null,
  };
  const reply = { message: messageId(chat.bridge, last), text: turn.reply };
  return handOver(turn, reply, floor, { room, limits: parley.settings.handOver });
}
