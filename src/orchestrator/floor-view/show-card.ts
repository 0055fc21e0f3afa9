import type { Chat } from '../../core/chat.ts';
import { isParleyError } from '../../core/errors.ts';
import type { FloorCard } from '../../core/floor-view.ts';
import type { AgentId, MessageId } from '../../core/ids.ts';
import type { Bridge, Delivery } from '../../ports/bridge.ts';
import { canEdit, canRedact, type EditsMessages, type RedactsMessages } from '../../ports/bridge-capabilities.ts';
import { peopleIn } from '../turns/delivery.ts';

/** What the card is to show. */
export interface WantedCard {
  readonly as: AgentId;
  readonly text: string;
  /** When the slot began that it tells of, or 0. */
  readonly slot: number;
}

type Standing = FloorCard & { readonly externalId: string };
const isStanding = (card: FloorCard): card is Standing => card.externalId !== null;

/** Keeps what is about to be done, so that it can be done again after a crash. */
export type KeepCard = (card: FloorCard | null) => Promise<void>;

export interface CardScene {
  readonly bridge: Bridge & EditsMessages & RedactsMessages;
  readonly chat: Chat;
  readonly now: number;
  readonly keep: KeepCard;
  /** Names the card, together with when it was begun: the same room may be shown several. Left out: the card of the floor. */
  readonly name?: string;
  /** The message that it answers. Left out: none. */
  readonly trigger?: MessageId | null;
}

/** The shortest time between two edits, and how many there may be in a slot. */
const editPauseMs = 2_000;
const mostEditsInSlot = 12;

export const canShowCards = (bridge: Bridge): bridge is CardScene['bridge'] => canEdit(bridge) && canRedact(bridge);

/** Makes, changes or removes the card. Gives when to look again (ms since 1970), or null. May be repeated at any step. */
export async function showCard(
  scene: CardScene,
  card: FloorCard | null,
  wanted: WantedCard | null,
): Promise<number | null> {
  try {
    if (card === null) return wanted === null ? null : await begin(scene, wanted);
    const standing = await settled(scene, card);
    if (wanted === null) return await remove(scene, standing);
    return wanted.text === standing.text ? null : await edit(scene, standing, wanted);
  } catch (error) {
    // Out of the room, or without the power to speak there: nobody is shown a card, and nothing waits for it.
    if (!isParleyError(error, 'BRIDGE_FORBIDDEN')) throw error;
    await scene.keep(null);
    return null;
  }
}

/** As it stands in the room: what a crash came into is done again, which changes nothing where it was done. */
async function settled(scene: CardScene, card: FloorCard): Promise<Standing> {
  if (!isStanding(card)) return post(scene, card);
  return card.isChanging ? change(scene, card) : card;
}

async function begin(scene: CardScene, { as, text, slot }: WantedCard): Promise<null> {
  const { now } = scene;
  const card = { begunAt: now, as, externalId: null, text, edits: 0, slot, editsInSlot: 0, shownAt: now };
  await scene.keep(card);
  await post(scene, card);
  return null;
}

async function post(scene: CardScene, card: FloorCard): Promise<Standing> {
  const standing = { ...card, externalId: await scene.bridge.send(deliveryOf(scene, card)) };
  await scene.keep(standing);
  return standing;
}

async function edit(scene: CardScene, card: Standing, wanted: WantedCard) {
  const due = card.shownAt + editPauseMs;
  const inSlot = wanted.slot === card.slot ? card.editsInSlot : 0;
  if (inSlot >= mostEditsInSlot) return null;
  if (scene.now < due) return due;
  const { text, slot } = wanted;
  const next = { ...card, text, slot, edits: card.edits + 1, editsInSlot: inSlot + 1, shownAt: scene.now };
  await change(scene, next);
  return null;
}

async function change(scene: CardScene, { isChanging: _, ...card }: Standing): Promise<Standing> {
  await scene.keep({ ...card, isChanging: true });
  await scene.bridge.edit(card.externalId, deliveryOf(scene, card));
  await scene.keep(card);
  return card;
}

async function remove(scene: CardScene, card: Standing): Promise<null> {
  const { bridge, chat, keep } = scene;
  const deliveryId = `${cardName(scene, card)}/removed`;
  const { as, externalId } = card;
  await bridge.redact({ chat: chat._id, as, externalId, deliveryId, reason: 'Nobody speaks or waits any more.' });
  await keep(null);
  return null;
}

const cardName = ({ chat, name }: CardScene, { begunAt }: FloorCard): string =>
  `${name ?? `${chat._id}#card`}-${begunAt}`;

function deliveryOf(scene: CardScene, card: FloorCard): Delivery {
  const { chat, trigger = null } = scene;
  const turn = cardName(scene, card);
  return {
    chat: chat._id,
    as: card.as,
    deliveryId: card.edits === 0 ? turn : `${turn}/${card.edits}`,
    body: { kind: 'markdown', text: card.text, notice: true },
    thread: null,
    replyTo: null,
    people: peopleIn(chat),
    encrypted: chat.encrypted,
    mark: { turn, part: 0, state: 'complete', trigger },
  };
}
