import type { Draft } from '../../core/document.ts';
import type { Floor } from '../../core/floor/floor.ts';
import type { MessageId } from '../../core/ids.ts';
import { isSaid, type Message } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { commandIn } from '../commands/is-command.ts';
import { mayHere } from '../commands/refuse.ts';
import { handleMessage } from '../handle/handle-message.ts';
import { reactions } from '../handle/handle-reaction.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { messagesAfter } from './messages-after.ts';

const lookAhead = 500;
const mostEarly = 100;
/** Nearly everybody may end something: that must not take the places of who may rule the floor. Beyond it they are heard again. */
const mostEndings = 50;
/** What ends something is dealt with again in its place: it counts for what was said before it, too. */
const endingCommands: ReadonlySet<string> = new Set(['stop', 'floor clear']);
/** What lets somebody speak is carried out once. Where a moderator decides, nobody else would ever make room. */
const orderCommands: ReadonlySet<string> = new Set([
  'floor next',
  'floor give',
  'floor resume',
  'floor moderator',
  'floor strategy',
]);
const orderReactions: ReadonlySet<string> = new Set(['✅', '⏭', '▶']);

/**
 * As long as too many wait, newer messages stay in the log. Only what ends something is heard at once, and what lets somebody speak, from
 * those who may do that; without moving the cursor, and each once.
 */
export async function hearEarly(parley: Installation, full: Decision): Promise<Decision> {
  const asides: Draft<Turn>[] = [...(full.asides ?? [])];
  let { floor } = full;
  for (const message of await messagesAfter(parley, floor, lookAhead)) {
    const ends = endsSomething(message, parley);
    if (floor.heardEarly.includes(message._id) || !(ends || isOrder(message, parley))) continue;
    const scene = { parley, chat: await ensureChat(parley, floor._id), floor };
    if (!ends && !(hasPlace(floor, mostEarly) && mayHere(message.from, 'floor', scene))) continue;
    const decision = await handleMessage(message, scene);
    if (decision.turns.length > 0) continue;
    floor = ends && !hasPlace(floor, mostEndings) ? decision.floor : noted(decision.floor, message);
    asides.push(...(decision.asides ?? []));
  }
  return { ...full, floor, asides };
}

const hasPlace = ({ heardEarly }: Floor, most: number): boolean => heardEarly.length < most;

/** Who is gone, or took something back, may be heard again and again. */
const noted = (floor: Floor, message: Message): Floor =>
  isSaid(message) || message.messageType === 'reaction'
    ? { ...floor, heardEarly: [...floor.heardEarly, message._id] }
    : floor;

/** Whether a message in its place in the log has been carried out before. */
export const wasOrderedEarly = (message: Message, { heardEarly }: Floor, parley: Installation): boolean =>
  heardEarly.includes(message._id) && isOrder(message, parley);

/** The message has its place now. */
export const forgetEarly = (floor: Floor, message: MessageId): Floor =>
  floor.heardEarly.includes(message)
    ? { ...floor, heardEarly: floor.heardEarly.filter(early => early !== message) }
    : floor;

function isOrder(message: Message, parley: Installation): boolean {
  if (isSaid(message)) return orderCommands.has(commandIn(message, parley) ?? '');
  return message.messageType === 'reaction' && orderReactions.has(message.key);
}

function endsSomething(message: Message, parley: Installation): boolean {
  if (isSaid(message)) return endingCommands.has(commandIn(message, parley) ?? '');
  if (message.messageType === 'membership') return ['left', 'kicked', 'banned'].includes(message.change);
  return message.messageType === 'redaction' || (message.messageType === 'reaction' && message.key === reactions.stop);
}
