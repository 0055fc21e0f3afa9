import type { Floor, Moderator, SlotRules } from './floor.ts';

/** Nobody gets the floor until it is resumed; who speaks goes on. */
export const hold = (floor: Floor): Floor => (floor.held ? floor : { ...floor, held: true });

export const resume = (floor: Floor): Floor => (floor.held ? { ...floor, held: false } : floor);

/** Hands the moderator's role over, at any time. */
export const setModerator = (floor: Floor, moderator: Moderator): Floor => ({ ...floor, moderator });

/** How long slots are from the next one on; null: as the configuration says. */
export const setSlotRules = (floor: Floor, slotRules: SlotRules | null): Floor => ({ ...floor, slotRules });

/** Until then no agent speaks unasked: only who is called by `@`, or replied to. 0 ends it. */
export const setQuiet = (floor: Floor, quietUntil: number): Floor => ({ ...floor, quietUntil });
