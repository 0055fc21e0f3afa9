import type { Permission } from '../../core/access.ts';
import { speakingAgent } from '../../core/floor/queue.ts';
import { type MessageId, messageId } from '../../core/ids.ts';
import type { Message, Reacted } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { mayHere, refuse } from '../commands/refuse.ts';
import { memberOf } from '../floor/floor-names.ts';
import {
  askForFloor,
  callNext,
  holdFloor,
  nextSpeaker,
  type Ordered,
  resumeFloor,
  yieldFloor,
} from '../floor/orders.ts';
import { notePressed } from '../floor-view/take-off-pressed.ts';
import { nothing, type Scene } from './handling.ts';
import { stopTurns } from './stop-turns.ts';

type Reaction = Message & Reacted;

interface CardOrder {
  readonly needs: Permission;
  readonly order: (ordered: Ordered) => Promise<Decision>;
}

const askKey = '✋';
/** Of so many reactions it is known whether one came after another. */
const mostOnCard = 1000;

/** What a reaction on the card of a room asks for. */
const orders: ReadonlyMap<string, CardOrder> = new Map<string, CardOrder>([
  [askKey, { needs: 'command', order: askForFloor }],
  ['✅', { needs: 'floor', order: callNext }],
  ['⏭', { needs: 'floor', order: nextSpeaker }],
  ['⏸', { needs: 'floor', order: holdFloor }],
  ['▶', { needs: 'floor', order: resumeFloor }],
  ['🛑', { needs: 'command', order: stopSpeaker }],
]);

export const isCardKey = (key: string): boolean => orders.has(key);

/** Whether a message is the card that the room is shown now. */
export async function isCard(target: MessageId, { parley, chat }: Scene): Promise<boolean> {
  const view = await parley.store.collection('floor_views').get(chat._id);
  const externalId = view?.card?.externalId ?? null;
  return externalId !== null && messageId(chat.bridge, externalId) === target;
}

/** Somebody reacts to the card. Who speaks may always end their own slot. A raised hand stays up; all else is a button that comes back. */
export async function handleCardReaction(reaction: Reaction, scene: Scene): Promise<Decision> {
  const found = orders.get(reaction.key);
  if (found === undefined) return nothing(scene);
  const ordered = { ...scene, by: reaction.from, cause: reaction._id };
  const yields = reaction.key === '⏭' && isSpeaking(reaction, scene);
  if (!yields && !mayHere(reaction.from, found.needs, scene))
    return refuse(reaction, { permission: found.needs, what: { name: reaction.key, shown: reaction.key } }, scene);
  const decision = await (yields ? yieldFloor : found.order)(ordered);
  if (reaction.key !== askKey) await notePressed(scene.parley, reaction);
  return decision;
}

const isSpeaking = ({ from }: Reaction, { floor }: Scene): boolean =>
  floor.currentSpeaker !== null && memberOf(floor.currentSpeaker) === from;

async function stopSpeaker(ordered: Ordered): Promise<Decision> {
  const speaking = speakingAgent(ordered.floor);
  const turn = speaking === null ? null : await ordered.parley.store.collection('turns').get(speaking.turn);
  return turn === null ? nothing(ordered) : stopTurns([turn], ordered);
}

/**
 * Who takes their ✋ back does not want to speak any more. One that they have raised anew since counts: that the former one is gone may be
 * found late, as after a crash of the homeserver.
 */
export async function takeBackHand(target: Message, scene: Scene): Promise<Scene['floor']> {
  if (!isHand(target) || !(await isCard(target.target, scene)) || (await isRaisedAnew(target, scene)))
    return scene.floor;
  return (await yieldFloor({ ...scene, by: target.from, cause: target._id })).floor;
}

const isHand = (message: Message): message is Reaction => message.messageType === 'reaction' && message.key === askKey;

async function isRaisedAnew({ target, from, order }: Reaction, { parley }: Scene): Promise<boolean> {
  const onCard = await parley.store.collection('messages').find({ where: { target }, limit: mostOnCard });
  return onCard.some(
    other => isHand(other) && other.from === from && other.order > order && other.status !== 'redacted',
  );
}
