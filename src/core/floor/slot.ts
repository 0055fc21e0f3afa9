import type { MemberId } from '../ids.ts';
import type { AgentSpeaker, Floor, Slot, SlotRules, Speaker } from './floor.ts';

/** The slot of a speaker who gets the floor now. */
export const slotFor = (speaker: Speaker, rules: SlotRules, now: number): Slot => ({
  startedAt: now,
  endsAt: now + rules.seconds * 1000,
  messagesLeft: speaker.kind === 'agent' ? 1 : rules.messages,
});

/** The floor is given back. */
export function release(floor: Floor, now: number): Floor {
  if (floor.currentSpeaker === null) return floor;
  const turnsSincePerson = floor.turnsSincePerson + (floor.currentSpeaker.kind === 'agent' ? 1 : 0);
  return { ...floor, currentSpeaker: null, slot: null, freeSince: now, turnsSincePerson };
}

/** Ends the slot of whoever speaks: it is over now. */
export function endSlot(floor: Floor, now: number): Floor {
  if (floor.currentSpeaker === null || isOver(floor, now)) return floor;
  const startedAt = floor.slot?.startedAt ?? now;
  return { ...floor, slot: { startedAt, endsAt: now, messagesLeft: 0 } };
}

const isOver = ({ slot }: Floor, now: number): boolean => slot !== null && now >= slot.endsAt;

/**
 * What follows when a slot is over: a person's floor is given back; an agent keeps it until its turn has ended, so that never two
 * speak at once, and is named for its turn to be stopped.
 */
export function expire(floor: Floor, now: number): { readonly floor: Floor; readonly overdue: AgentSpeaker | null } {
  const { currentSpeaker } = floor;
  if (currentSpeaker === null || !isOver(floor, now)) return { floor, overdue: null };
  return currentSpeaker.kind === 'agent'
    ? { floor, overdue: currentSpeaker }
    : { floor: release(floor, now), overdue: null };
}

/** A person who has the floor has sent a message; with the last one of the slot the floor is given back. */
export function spoke(floor: Floor, person: MemberId, now: number): Floor {
  const { currentSpeaker, slot } = floor;
  if (currentSpeaker?.kind !== 'person' || currentSpeaker.person !== person || slot === null) return floor;
  const messagesLeft = slot.messagesLeft - 1;
  return messagesLeft > 0 ? { ...floor, slot: { ...slot, messagesLeft } } : release(floor, now);
}

/** An agent's slot that began before this process did begins anew: nobody could answer while Parley was down. */
export function renewSlot(floor: Floor, startedAt: number, now: number): Floor {
  const { currentSpeaker, slot } = floor;
  if (currentSpeaker?.kind !== 'agent' || slot === null || slot.startedAt >= startedAt) return floor;
  return { ...floor, slot: anew(slot, now) };
}

/** Who can speak so soon after they got the floor has lost nothing of their slot. */
const atOnceMs = 1_000;
/** Others wait: so often somebody whom the network does not let speak keeps the floor. */
const mostRestarts = 5;

/** A person's slot begins anew where the network lets them speak only now. The same floor where it did at once, or the slot was ended for them. */
export function restartSlot(floor: Floor, now: number): Floor {
  const { currentSpeaker, slot } = floor;
  if (currentSpeaker?.kind !== 'person' || slot === null || slot.messagesLeft === 0) return floor;
  const restarts = (slot.restarts ?? 0) + 1;
  if (restarts > mostRestarts || now - slot.startedAt <= atOnceMs) return floor;
  return { ...floor, slot: { ...anew(slot, now), restarts } };
}

const anew = (slot: Slot, now: number): Slot => ({
  ...slot,
  startedAt: now,
  endsAt: now + slot.endsAt - slot.startedAt,
});
