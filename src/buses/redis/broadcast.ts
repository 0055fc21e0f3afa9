import { setTimeout as sleep } from 'node:timers/promises';
import { parseEvent } from '../../core/events/read-event.ts';
import type { Log } from '../../ports/log.ts';
import { problemOf, type RedisClient } from '../../redis/connect.ts';
import type { Group } from '../group.ts';
import { entryOf, type Keys, partitions, type RawEntry } from './streams.ts';

/** Those that may miss events: each process hears all of them, and leaves nothing behind in Redis. */
export interface Broadcast {
  add(group: Group): void;
  /** Resolves when what is published is heard. */
  readonly listening: () => Promise<void>;
  stop(): void;
}

interface BroadcastOptions {
  /** Of its own, as reading blocks it; made with the first group. */
  readonly connect: () => RedisClient;
  readonly keys: Keys;
  readonly log: Log;
}

const blockMs = 250;
const atOnce = 500;
const pauseMs = 100;

export function newBroadcast({ connect, keys, log }: BroadcastOptions): Broadcast {
  const groups: Group[] = [];
  const streams = Array.from({ length: partitions }, (_, number) => keys.stream(number));
  /** By stream, the last entry that was read. */
  const last = new Map<string, string>();
  let client: RedisClient | null = null;
  let begun = Promise.resolve();
  let stopped = false;

  async function begin(reading: RedisClient): Promise<void> {
    while (!stopped && last.size < partitions) {
      const tops = await Promise.all(streams.map(stream => topOf(reading, stream))).catch(() => null);
      if (tops === null) await sleep(pauseMs, undefined, { ref: false });
      for (const [index, top] of (tops ?? []).entries()) last.set(streams[index] ?? '', top);
    }
  }

  async function read(reading: RedisClient): Promise<void> {
    const from = streams.map(stream => last.get(stream) ?? '$');
    const reply = await reading.xread('COUNT', atOnce, 'BLOCK', blockMs, 'STREAMS', ...streams, ...from);
    for (const [stream, entries] of (reply ?? []) as [string, RawEntry[]][]) {
      for (const entry of entries) hand(entry);
      last.set(stream, entries.at(-1)?.[0] ?? last.get(stream) ?? '$');
    }
  }

  function hand(raw: RawEntry): void {
    const { topic, text } = entryOf(raw);
    const wanted = groups.filter(({ subscription }) => topic === null || subscription.topics.includes(topic));
    const event = wanted.length === 0 || text === null ? null : parseEvent(text);
    if (event === null) return;
    for (const group of wanted) if (group.subscription.topics.includes(event.topic)) group.push(event, () => undefined);
  }

  async function keepReading(reading: RedisClient): Promise<void> {
    while (!stopped) {
      try {
        await read(reading);
      } catch (error) {
        log.debug({ problem: problemOf(error) }, 'Redis failed; again.');
        await sleep(pauseMs, undefined, { ref: false });
      }
    }
  }

  function start(): void {
    const reading = connect();
    client = reading;
    // After a restart its clock may be behind, and so may its entries.
    reading.on('ready', () => void forgetFuture(reading, last).catch(() => undefined));
    begun = begin(reading);
    void begun.then(() => keepReading(reading));
  }

  return {
    add(group) {
      groups.push(group);
      if (client === null) start();
    },
    listening: () => begun,
    stop() {
      stopped = true;
      client?.disconnect();
    },
  };
}

async function topOf(client: RedisClient, stream: string): Promise<string> {
  const [entry] = await client.xrevrange(stream, '+', '-', 'COUNT', 1);
  return entry?.[0] ?? '0-0';
}

async function forgetFuture(client: RedisClient, last: Map<string, string>): Promise<void> {
  for (const [stream, id] of last) {
    const top = await topOf(client, stream);
    if (isBefore(top, id)) last.set(stream, '0-0');
  }
}

function isBefore(one: string, other: string): boolean {
  const [ms = 0, count = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherCount = 0] = other.split('-').map(Number);
  return ms < otherMs || (ms === otherMs && count < otherCount);
}
