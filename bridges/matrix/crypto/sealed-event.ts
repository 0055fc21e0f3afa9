import { messageId } from '../../../src/core/ids.ts';
import type { ChatEvent, Unreadable } from '../../../src/core/message.ts';
import { type MatrixNames, matrix } from '../names.ts';
import { type RawEvent, sortRaw } from '../raw-event.ts';
import { toEvent } from '../to-event.ts';
import type { Unsealed } from './unseal.ts';

/** An encrypted event of somebody else. Null: there is nothing to read in it; what our agents said is known. */
export function sealedEvent(raw: unknown, names: MatrixNames): RawEvent | null {
  const sorted = sortRaw(raw);
  if (sorted.kind !== 'event' || sorted.event.type !== 'm.room.encrypted') return null;
  const { event } = sorted;
  if (event.state_key !== undefined || event.unsigned?.redacted_because !== undefined) return null;
  return names.agent(event.sender) === null ? event : null;
}

/** What people write; the rest is for everybody to see, or is nothing that is answered. */
const written: ReadonlySet<string> = new Set(['m.room.message', 'm.sticker']);

/** What somebody else has written in the clear. */
export function clearEvent(raw: unknown, names: MatrixNames): RawEvent | null {
  const sorted = sortRaw(raw);
  if (sorted.kind !== 'event' || !written.has(sorted.event.type)) return null;
  const isTakenBack = sorted.event.unsigned?.redacted_because !== undefined;
  return isTakenBack || names.agent(sorted.event.sender) !== null ? null : sorted.event;
}

/** That an event can't be read or is not to be, without anything of what stands in it. */
export function unreadable(
  { event_id, room_id, sender, origin_server_ts, type }: RawEvent,
  why: Unreadable['why'],
  { names, now }: { readonly names: MatrixNames; readonly now: number },
): ChatEvent {
  const stripped = { event_id, room_id, sender, origin_server_ts, type: 'm.room.encrypted', content: {} };
  const converted = toEvent(stripped, names, now);
  if (converted.kind !== 'event') throw new TypeError('An encrypted event of somebody else is always told.');
  const told: Unreadable = { messageType: 'unreadable', why, externalType: type };
  // The line with the event's own id is for the day when it can be read.
  const _id = why === 'clear' ? converted.event._id : messageId(matrix, `${event_id}~sealed`);
  return { ...converted.event, ...told, _id } as ChatEvent;
}

export const reasons = {
  open: 'malformed',
  broken: 'malformed',
  'no key': 'no key',
  withheld: 'withheld',
} as const satisfies Record<Unsealed['kind'], Unreadable['why']>;
