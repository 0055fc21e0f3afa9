import type { Floor, Moderator, SlotRules } from './floor.ts';

/** Nobody gets the floor until it is resumed; who speaks goes on. */
export const hold = (floor: Floor): Floor => (floor.held ? floor : { ...floor, held: true });

export const resume = (floor: Floor, now: number): Floor =>
  floor.held ? { ...floor, held: false, freeSince: freeFrom(floor, now) } : floor;

/** An agent that moderates has its whole time from now on. */
const freeFrom = ({ currentSpeaker, freeSince }: Floor, now: number): number =>
  currentSpeaker === null ? now : freeSince;

/** Hands the moderator's role over, at any time. */
export const setModerator = (floor: Floor, moderator: Moderator, now: number): Floor => ({
  ...floor,
  moderator,
  freeSince: freeFrom(floor, now),
});

/** How long slots are from the next one on; null: as the configuration says. */
export const setSlotRules = (floor: Floor, slotRules: SlotRules | null): Floor => ({ ...floor, slotRules });

/** Until then no agent speaks unasked: only who is called by `@`, or replied to. 0 ends it. */
export const setQuiet = (floor: Floor, quietUntil: number): Floor => ({ ...floor, quietUntil });

/** Whether models may be asked if agents have something to add, as against words only. */
export const setVolunteers = (floor: Floor, asksModels: boolean): Floor => ({ ...floor, asksModels });
