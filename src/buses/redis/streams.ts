import { createHash } from 'node:crypto';
import type { DomainEvent } from '../../core/events/event.ts';
import { eventTopics, type Topic } from '../../core/events/event-type.ts';
import { readEvent } from '../../core/events/read-event.ts';

/** Events are spread over so many streams by their key; each is read by one process of a group, so that those of a key stay in order. */
export const partitions = 8;

/** About how many events each stream keeps; older ones are forgotten, handled or not. */
export const mostKept = 10_000;

/** Where everything of the bus is. One slot of a cluster, as one command reads several streams. */
export const keysOf = (prefix: string) => ({
  stream: (partition: number) => `{${prefix}}:bus:${partition}`,
  members: (group: string) => `{${prefix}}:bus:members:${group}`,
  owners: (group: string) => `{${prefix}}:bus:owners:${group}`,
});
export type Keys = ReturnType<typeof keysOf>;

export const partitionOf = (key: string): number => (createHash('sha256').update(key).digest()[0] ?? 0) % partitions;

/** An entry of a stream as Redis gives it: its id, and fields and values in turn. */
export type RawEntry = [id: string, fields: string[] | null];

export const fieldsOf = (event: DomainEvent): string[] => ['topic', event.topic, 'event', JSON.stringify(event)];

export interface Entry {
  readonly id: string;
  /** Null where the entry says none that this Parley knows. */
  readonly topic: Topic | null;
  /** Null where the entry was trimmed away before it was handled. */
  readonly text: string | null;
}

export function entryOf([id, fields]: RawEntry): Entry {
  const value = (name: string): string | null => {
    const at = fields?.findIndex((field, index) => index % 2 === 0 && field === name) ?? -1;
    return at < 0 ? null : (fields?.[at + 1] ?? null);
  };
  const topic = eventTopics.find(known => known === value('topic')) ?? null;
  return { id, topic, text: fields === null ? null : (value('event') ?? JSON.stringify(fields)) };
}

/** Null for what is no event that this Parley knows. */
export function parseEvent(text: string): DomainEvent | null {
  try {
    return readEvent(JSON.parse(text));
  } catch {
    return null;
  }
}
