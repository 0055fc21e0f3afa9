import { z } from 'zod';
import { type DomainEvent, type EventName, eventTypes, versionOf } from './event.ts';
import type { EventType } from './event-type.ts';

/** What has to be known of an event before it is known what it has to be. */
const heading = z.object({ type: z.string(), schemaVersion: z.int().min(1) });
const older = z.object({ data: z.record(z.string(), z.unknown()) });

/** Made of a few ids, each of 2,000 signs at most. It becomes the id of a document where the event can't be handled. */
const id = z.string().min(1).max(10_000);

const envelope = {
  id,
  key: id,
  correlationId: id,
  causationId: id.nullable(),
  timestamp: z.number(),
};

/** One schema for the whole event: a second look at every field would cost as much again. Each is made when it is needed first. */
const schemas = new Map<string, z.ZodType>();

/**
 * An event that was kept or came from another process, as this Parley knows it: data of an older schema version is brought to today's.
 * Null for what is no event, or one of a type or version that this Parley does not know.
 */
export function readEvent(value: unknown): DomainEvent | null {
  const head = heading.safeParse(value);
  if (!head.success || !Object.hasOwn(eventTypes, head.data.type)) return null;
  const { type, schemaVersion } = head.data;
  const newest = versionOf(eventTypes[type as EventName]);
  if (schemaVersion > newest) return null;
  const current = schemaVersion === newest ? value : upgraded(value, eventTypes[type as EventName], schemaVersion);
  const read = schemaOf(type as EventName).safeParse(current);
  return read.success && hasItsKey(read.data as DomainEvent) ? (read.data as DomainEvent) : null;
}

/** By another key it would come out of order. */
function hasItsKey({ type, key, data }: DomainEvent): boolean {
  const described: EventType = eventTypes[type];
  return key === String((data as Readonly<Record<string, unknown>>)[described.key]);
}

/** The same of an event that was kept as JSON. */
export function parseEvent(text: string): DomainEvent | null {
  try {
    return readEvent(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The same event with the data of today. Null where it has none. */
function upgraded(value: unknown, type: EventType, from: number): unknown {
  const read = older.safeParse(value);
  if (!read.success) return null;
  const data = type.upgrades.slice(from - 1).reduce((before, upgrade) => upgrade(before), read.data.data);
  return { ...(value as object), schemaVersion: versionOf(type), data };
}

function schemaOf(name: EventName): z.ZodType {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const type: EventType = eventTypes[name];
  const made = z.strictObject({
    ...envelope,
    type: z.literal(name),
    topic: z.literal(type.topic),
    schemaVersion: z.literal(versionOf(type)),
    data: type.data,
  });
  schemas.set(name, made);
  return made;
}
