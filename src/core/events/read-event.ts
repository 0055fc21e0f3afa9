import { z } from 'zod';
import { type DomainEvent, eventTypes, versionOf } from './event.ts';
import { type EventType, eventTopics } from './event-type.ts';

const envelope = z.strictObject({
  id: z.string().min(1),
  type: z.string(),
  schemaVersion: z.int().min(1),
  topic: z.enum(eventTopics),
  key: z.string(),
  correlationId: z.string(),
  causationId: z.string().nullable(),
  timestamp: z.number(),
  data: z.record(z.string(), z.unknown()),
});

/**
 * An event that was kept or came from another process, as this Parley knows it: data of an older schema version is brought to today's.
 * Null for what is no event, or one of a type or version that this Parley does not know.
 */
export function readEvent(value: unknown): DomainEvent | null {
  const read = envelope.safeParse(value);
  if (!read.success || !Object.hasOwn(eventTypes, read.data.type)) return null;
  const type: EventType = eventTypes[read.data.type as keyof typeof eventTypes];
  const newest = versionOf(type);
  if (read.data.schemaVersion > newest) return null;
  const missing = type.upgrades.slice(read.data.schemaVersion - 1);
  const data = type.data.safeParse(missing.reduce((older, upgrade) => upgrade(older), read.data.data));
  return data.success ? ({ ...read.data, schemaVersion: newest, data: data.data } as DomainEvent) : null;
}
