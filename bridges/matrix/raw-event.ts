import { z } from 'zod';
import { isEventId, isRoomId, isUserId } from './grammar.ts';

/** What every event must have, so that it can be put on record at all. */
const envelope = z.looseObject({
  event_id: z.string().refine(isEventId),
  room_id: z.string().refine(isRoomId),
  sender: z.string().refine(isUserId),
});

const record = z.record(z.string(), z.unknown());
const longestType = 255;
const lastTimestamp = 8.64e15;

const whole = envelope.extend({
  type: z.string().min(1).max(longestType),
  content: record,
  origin_server_ts: z.number().int().min(0).max(lastTimestamp),
  state_key: z.string().optional(),
  redacts: z.unknown().optional(),
  unsigned: record.optional().catch(undefined),
});

export type RawEnvelope = z.infer<typeof envelope>;
export type RawEvent = z.infer<typeof whole>;

/** An event of the homeserver, sorted by how much of it is usable. */
export type Sorted =
  | { readonly kind: 'event'; readonly event: RawEvent }
  | { readonly kind: 'malformed'; readonly envelope: RawEnvelope }
  | { readonly kind: 'unusable'; readonly why: string };

/** Looks only at the top level, so that deep JSON costs nothing. */
export function sortRaw(raw: unknown): Sorted {
  const event = whole.safeParse(raw);
  if (event.success) return { kind: 'event', event: event.data };
  const rest = envelope.safeParse(raw);
  if (rest.success) return { kind: 'malformed', envelope: rest.data };
  const where = rest.error.issues.map(issue => issue.path.join('.') || 'the event itself');
  return { kind: 'unusable', why: `not usable: ${[...new Set(where)].join(', ')}` };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
