import { chatChanges } from '../../core/events/chat-changes.ts';
import type { DataOf } from '../../core/events/event.ts';
import { event } from '../../core/events/event.ts';
import { cutFact } from '../../core/events/fields.ts';
import { hold, resume, setModerator, setQuiet, setSlotRules, setVolunteers } from '../../core/floor/conduct.ts';
import type { Floor, Moderator, SlotRules, Speaker } from '../../core/floor/floor.ts';
import { grant } from '../../core/floor/grant.ts';
import { clear, inOrder, keyOf, request, withdrawPerson } from '../../core/floor/queue.ts';
import { endSlot } from '../../core/floor/slot.ts';
import type { MemberId, MessageId, TurnId } from '../../core/ids.ts';
import type { Decision } from '../../core/take-turns.ts';
import { step } from '../../telemetry/step.ts';
import { change } from '../change.ts';
import type { Scene } from '../handle/handling.ts';
import { dropTurns } from '../turns/stop-turn.ts';
import { floorRules } from './floor-rules.ts';

/** An order about a floor, from somebody who may give it. Each may be repeated, and gives the floor as it is to be stored. */
export interface Ordered extends Scene {
  readonly by: MemberId;
  /** The command or reaction that it came by, or the turn of an agent. */
  readonly cause: MessageId | TurnId;
}

type Told = Pick<DataOf<'FloorPolicyChanged'>, 'change' | 'from' | 'to'>;

/** Tells on the bus who changed what; the floor as it is to be. */
export function ordered({ parley, chat, by, cause }: Ordered, floor: Floor, told: Told): Decision {
  parley.bus.publish([event('FloorPolicyChanged', { chat: chat._id, by, cause, ...told }, cause)]);
  return decided(floor);
}

function decided(floor: Floor): Decision {
  step('floor.ordered');
  return { floor, turns: [] };
}

const nothingToTell = { from: null, to: null };

/** How the next speaker is chosen in this room; null: as the configuration says. */
export async function setStrategy(order: Ordered, strategy: string | null): Promise<Decision> {
  const { parley, chat, cause, floor } = order;
  const after = await change(parley.store.collection('chats'), chat._id, stored =>
    stored.strategy === strategy ? stored : { ...stored, strategy },
  );
  if (after !== null) parley.bus.publish(chatChanges(chat, after, cause));
  return ordered(order, floor, { change: 'strategy', from: chat.strategy, to: strategy });
}

/** Who decides about the next speaker, in a moderated room. */
export async function appointModerator(order: Ordered, moderator: Moderator): Promise<Decision> {
  const told = { from: inAWord(order.floor.moderator), to: inAWord(moderator) };
  return ordered(order, setModerator(order.floor, moderator, order.parley.clock.now()), {
    change: 'moderator',
    ...told,
  });
}

function inAWord(moderator: Moderator): string {
  if (moderator.kind === 'rule') return moderator.rule;
  return cutFact(moderator.kind === 'agent' ? moderator.agent : moderator.person);
}

/** How long slots are from the next one on; null: as the configuration says. */
export async function setSlot(order: Ordered, rules: SlotRules | null): Promise<Decision> {
  const inWords = (slot: SlotRules | null) => (slot === null ? null : `${slot.seconds} s, ${slot.messages} messages`);
  const told = { from: inWords(order.floor.slotRules), to: inWords(rules) };
  return ordered(order, setSlotRules(order.floor, rules), { change: 'slot', ...told });
}

/** Nobody gets the floor until it is resumed. */
export const holdFloor = async (order: Ordered): Promise<Decision> =>
  ordered(order, hold(order.floor), { change: 'held', ...nothingToTell });

export const resumeFloor = async (order: Ordered): Promise<Decision> =>
  ordered(order, resume(order.floor, order.parley.clock.now()), { change: 'resumed', ...nothingToTell });

/** Nobody waits any more; who speaks goes on. */
export async function clearQueue(order: Ordered): Promise<Decision> {
  const { floor, withdrawn } = clear(order.floor);
  const turns = withdrawn.flatMap(speaker => (speaker.kind === 'agent' ? [speaker.turn] : []));
  await dropTurns(order.parley, turns, 'stopped');
  return ordered(order, floor, { change: 'cleared', from: `${withdrawn.length} waited`, to: null });
}

/** The slot of whoever speaks is over; in a moderated room the first who waits is called. */
export async function nextSpeaker(order: Ordered): Promise<Decision> {
  const { parley, chat, floor } = order;
  const ended = endSlot(floor, parley.clock.now());
  const first = inOrder(floor)[0];
  const isModerated = floorRules(parley, chat, floor).moderated;
  const called = isModerated && first !== undefined ? grant(ended, keyOf(first)) : ended;
  return ordered(order, called, { change: 'skipped', ...nothingToTell });
}

/** The moderator calls the first who waits: they speak as soon as the floor is free. */
export const callNext = (order: Ordered): Promise<Decision> => call(order, inOrder(order.floor)[0] ?? null);

/** The moderator calls somebody who waits, and perhaps says why. */
export async function call(order: Ordered, speaker: Speaker | null, words = ''): Promise<Decision> {
  const key = speaker === null ? null : keyOf(speaker);
  const called = key === null ? order.floor : grant(order.floor, key, words);
  return ordered(order, called, { change: 'given', from: null, to: key === null ? null : cutFact(key) });
}

/** Whether models may be asked here if agents have something to add, where the strategy lets them. */
export async function setVolunteering(order: Ordered, asksModels: boolean): Promise<Decision> {
  const inAWord = (asks: boolean) => (asks ? 'model' : 'words');
  const told = { from: inAWord(order.floor.asksModels), to: inAWord(asksModels) };
  return ordered(order, setVolunteers(order.floor, asksModels), { change: 'volunteers', ...told });
}

/** Agents speak only where they are called, for so many seconds from when it was ordered; null: not any longer. */
export async function beQuiet(order: Ordered, seconds: number | null): Promise<Decision> {
  const { parley, floor } = order;
  const until = seconds === null ? 0 : parley.clock.now() + seconds * 1000;
  return ordered(order, setQuiet(floor, until), {
    change: 'quiet',
    from: null,
    to: seconds === null ? null : `${seconds} s`,
  });
}

/** A person wants to speak without being interrupted. */
export const askForFloor = async ({ floor, parley, by }: Ordered): Promise<Decision> => {
  const speaker = { kind: 'person', person: by, reason: 'asked for the floor', since: parley.clock.now() } as const;
  return decided(request(floor, speaker));
};

/** A person does not want to speak any more, or has finished. */
export const yieldFloor = async ({ floor, parley, by }: Ordered): Promise<Decision> =>
  decided(withdrawPerson(floor, by, parley.clock.now()));
