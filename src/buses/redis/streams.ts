import { hash } from 'node:crypto';
import type { DomainEvent } from '../../core/events/event.ts';
import { eventTopics, type Topic } from '../../core/events/event-type.ts';
import type { RedisClient } from '../../redis/connect.ts';

/** Events are spread over so many streams by their key; each is read by one process of a group, so that those of a key stay in order. */
export const partitions = 8;

/** About how many events each stream keeps; older ones are forgotten, handled or not. */
const mostKept = 10_000;

/** Where everything of the bus is. One slot of a cluster, as one command reads several streams. */
export const keysOf = (prefix: string) => ({
  stream: (partition: number) => `{${prefix}}:bus:${partition}`,
  members: (group: string) => `{${prefix}}:bus:members:${group}`,
  owners: (group: string) => `{${prefix}}:bus:owners:${group}`,
});
export type Keys = ReturnType<typeof keysOf>;

/** Those of the last keys: a room speaks more than once, and a hash costs as much as writing the event. */
const knownPartitions = new Map<string, number>();
const mostKnown = 10_000;

export function partitionOf(key: string): number {
  const known = knownPartitions.get(key);
  if (known !== undefined) return known;
  const found = (hash('sha256', key, 'buffer')[0] ?? 0) % partitions;
  if (knownPartitions.size >= mostKnown) knownPartitions.clear();
  knownPartitions.set(key, found);
  return found;
}

/** An entry of a stream as Redis gives it: its id, and fields and values in turn. */
export type RawEntry = [id: string, fields: string[] | null];

export interface Entry {
  readonly id: string;
  /** Null where the entry says none that this Parley knows. */
  readonly topic: Topic | null;
  /** Null where the entry was trimmed away before it was handled. */
  readonly text: string | null;
}

const known: ReadonlySet<string> = new Set(eventTopics);
const isTopic = (value: string | null): value is Topic => value !== null && known.has(value);

export function entryOf([id, fields]: RawEntry): Entry {
  if (fields === null) return { id, topic: null, text: null };
  const topic = fieldOf(fields, 'topic');
  return { id, topic: isTopic(topic) ? topic : null, text: fieldOf(fields, 'event') ?? JSON.stringify(fields) };
}

function fieldOf(fields: readonly string[], name: string): string | null {
  for (let at = 0; at < fields.length; at += 2) if (fields[at] === name) return fields[at + 1] ?? null;
  return null;
}

/** All of them or none: what goes on later does not overtake what Redis did not take. Costs a fifth of a command for each. */
const appendScript = `
local add, touched = redis.call, {}
for i = 2, #ARGV, 3 do
  local stream = KEYS[tonumber(ARGV[i])]
  add('XADD', stream, '*', 'topic', ARGV[i + 1], 'event', ARGV[i + 2])
  touched[stream] = true
end
for stream in pairs(touched) do add('XTRIM', stream, 'MAXLEN', '~', ARGV[1]) end
return true
`;

/** Adds events in this order. Rejects where Redis does not take them. */
export async function append(client: RedisClient, keys: Keys, events: readonly DomainEvent[]): Promise<true> {
  const streams = Array.from({ length: partitions }, (_, number) => keys.stream(number));
  const given: (string | number)[] = [mostKept];
  for (const event of events) given.push(partitionOf(event.key) + 1, event.topic, JSON.stringify(event));
  await client.eval(appendScript, streams.length, ...streams, ...given);
  return true;
}
