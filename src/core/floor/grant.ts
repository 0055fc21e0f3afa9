import type { AgentId } from '../ids.ts';
import type { Floor, Moderator, SlotRules, Speaker } from './floor.ts';
import { inOrder, keyOf } from './queue.ts';
import { endSlot, slotFor } from './slot.ts';

/** What holds in a room at this moment, beside its floor. */
export interface FloorRules {
  /** Whether nobody speaks without the moderator's grant. */
  readonly moderated: boolean;
  /** Whether the moderator is in the room; of no meaning for a rule. */
  readonly moderatorHere: boolean;
  /** How long an agent that moderates may take for a grant, in milliseconds; then the rule takes over for that grant. */
  readonly moderatorMs: number;
  /** Whether the agent that moderates has ended without a grant: the rule takes over at once. */
  readonly moderatorSilent?: boolean;
  /** The slots where the room says nothing else; null: none, everybody has all the time. */
  readonly slot: SlotRules | null;
}

/** Gives the floor to whoever is next, if it is free and not held. The same floor where nobody is to get it. */
export function grantNext(floor: Floor, rules: FloorRules, now: number): Floor {
  if (floor.currentSpeaker !== null || floor.held) return floor;
  const next =
    floor.queue.find(speaker => speaker.granted) ?? (ruleDecides(floor, rules, now) ? inOrder(floor)[0] : undefined);
  return next === undefined ? floor : giveFloor(floor, next, { rules, now });
}

function giveFloor(floor: Floor, next: Speaker, { rules, now }: { rules: FloorRules; now: number }): Floor {
  const slot = rules.slot === null ? null : slotFor(next, floor.slotRules ?? rules.slot, now);
  return { ...floor, currentSpeaker: next, queue: floor.queue.filter(speaker => speaker !== next), slot };
}

/** Whether no person or agent has to grant the floor now. */
function ruleDecides(floor: Floor, rules: FloorRules, now: number): boolean {
  const { moderator } = floor;
  if (!rules.moderated || moderator.kind === 'rule' || !rules.moderatorHere) return true;
  if (moderator.kind === 'person') return false;
  const isOver = rules.moderatorSilent === true || now >= graceEnds(floor, rules);
  return isOver || waitsAlone(floor, moderator.agent) || somebodyIsOverdue(floor, rules, now);
}

/** For so many slots an agent that moderates may pass somebody over; then the rule has its way once. */
const patience = { person: 1, agent: 5 } as const;

/** No model keeps anybody waiting for ever, and a person for hardly longer than a slot. */
function somebodyIsOverdue({ queue, slotRules }: Floor, { slot }: FloorRules, now: number): boolean {
  const seconds = (slotRules ?? slot)?.seconds ?? Number.POSITIVE_INFINITY;
  return queue.some(({ kind, since }) => now - since >= patience[kind] * seconds * 1000);
}

/** Where nobody but the agent that moderates waits, there is nothing to decide. */
const waitsAlone = ({ queue }: Floor, agent: AgentId): boolean =>
  queue.every(speaker => speaker.kind === 'agent' && speaker.agent === agent);

/** The agent that has to decide who speaks next; null: none has to. The same while the floor is held, though nobody is asked to begin then. */
export function decider(floor: Floor, rules: FloorRules): AgentId | null {
  const { moderator, currentSpeaker, queue } = floor;
  if (!rules.moderated || !rules.moderatorHere || moderator.kind !== 'agent') return null;
  const isOpen = currentSpeaker === null && queue.length > 0 && !queue.some(speaker => speaker.granted);
  return isOpen && !waitsAlone(floor, moderator.agent) ? moderator.agent : null;
}

/** Until when an agent that moderates may decide: counted from when the floor was free and somebody waited. */
const graceEnds = ({ freeSince, queue }: Floor, { moderatorMs }: FloorRules): number =>
  Math.max(freeSince, Math.min(...queue.map(speaker => speaker.since))) + moderatorMs;

/** The moderator calls somebody who waits, in these words: they are next. The same floor where they do not wait. */
export function grant(floor: Floor, key: string, words = ''): Floor {
  const found = floor.queue.find(speaker => keyOf(speaker) === key);
  if (found === undefined || found.granted) return floor;
  const reason = words === '' ? found.reason : `${words}; ${found.reason}`;
  return {
    ...floor,
    queue: floor.queue.map(speaker => (speaker === found ? { ...speaker, reason, granted: true } : speaker)),
  };
}

/** Somebody gets the floor at once, whether they waited or not: the slot of whoever speaks is over. */
export function giveTo(floor: Floor, speaker: Speaker, now: number): Floor {
  const key = keyOf(speaker);
  if (floor.currentSpeaker !== null && keyOf(floor.currentSpeaker) === key) return floor;
  const others = floor.queue.filter(other => keyOf(other) !== key);
  return endSlot({ ...floor, queue: [{ ...speaker, granted: true }, ...others] }, now);
}

/** Who decides now: the rule in the place of a moderator who is not there, and where the room is not moderated. */
export const moderatorNow = ({ moderator }: Floor, rules: FloorRules): Moderator =>
  moderator.kind === 'rule' || (rules.moderated && rules.moderatorHere) ? moderator : { kind: 'rule', rule: 'order' };

/**
 * When the room has to be looked at again though nothing happens in it: a slot ends, or a moderator's time. Null: never. The rules matter where
 * somebody waits for a free floor.
 */
export function looksAgainAt(floor: Floor, rules?: FloorRules): number | null {
  if (floor.currentSpeaker !== null) return floor.slot?.endsAt ?? null;
  if (rules === undefined) return null;
  const waits = rules.moderated && rules.moderatorHere && floor.queue.length > 0 && !floor.held;
  return waits && floor.moderator.kind === 'agent' ? graceEnds(floor, rules) : null;
}
