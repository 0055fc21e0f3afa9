import { atMost } from '../../ports/at-most.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Queue, TellsLengths } from '../../ports/queue.ts';
import type { RedisAddress } from '../../redis/address.ts';
import { connectRedis } from '../../redis/connect.ts';
import { type Presence, watchPresence } from '../../redis/presence.ts';
import { checkHandler, type HandlerFailure } from '../handler.ts';
import { endPauses } from './end-pauses.ts';
import { type Runs, runTopic } from './run-topic.ts';
import { wakeUps } from './wake-ups.ts';
import { watchMemory } from './watch-memory.ts';

export interface RedisQueueOptions {
  readonly address: RedisAddress;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every failure, also of those that are tried again. */
  readonly onError?: (failure: HandlerFailure) => void;
  /** Called in one of the processes when Redis knows no wake-ups, which is so at the first start, too; in another one where it rejects. */
  readonly onForgotten?: () => Promise<void>;
}

/** The queue of several processes, in Redis. What Redis forgets is found by the sweep; while it is away, wake-ups wait here, up to a bound. */
export function redisQueue({
  address,
  clock,
  log,
  onError = () => {},
  onForgotten = async () => {},
}: RedisQueueOptions): Queue & TellsLengths & { readonly presence: Presence } {
  const presence = watchPresence(clock);
  const heardAs =
    (who: string) =>
    (answered: boolean): void =>
      presence.heard(who, answered);
  const connections = {
    adding: connectRedis(address, 'commands', log),
    working: connectRedis(address, 'blocking', log),
  };
  connections.adding.on('close', () => presence.heard('connection', false));
  connections.adding.on('ready', () => presence.heard('connection', true));
  // One slot of a cluster: BullMQ's scripts touch several keys.
  const prefix = `{${address.prefix}}:work`;
  const waiting = wakeUps({ connection: connections.adding, prefix, clock, log, heard: heardAs('wake-ups') });
  const topics = new Map<string, Runs>();
  const mark = watchMemory({
    client: connections.adding,
    key: `${prefix}:mark`,
    log,
    onForgotten,
    heard: heardAs('memory'),
  });
  const pauses = endPauses({ topics: () => [...topics.keys()].map(waiting.topic), clock });
  let closing: Promise<void> | null = null;

  async function end(graceMs: number): Promise<void> {
    const all = [...topics.values()];
    await atMost(graceMs, Promise.all([waiting.flushed(), ...all.map(topic => topic.end())]), clock);
    for (const topic of all) topic.leave();
    pauses.stop();
    waiting.stop();
    mark.stop();
    presence.stop();
    for (const connection of Object.values(connections)) connection.disconnect();
  }

  return {
    presence,
    wake(topic, key) {
      if (closing === null) waiting.add(topic, key);
    },
    hasRoom: () => waiting.hasRoom(),
    handle(topic, options) {
      checkHandler(topic, options);
      if (topics.has(topic)) throw new TypeError(`${topic} has a handler already.`);
      if (closing !== null) return;
      const wake = (key: string): void => waiting.add(topic, key);
      topics.set(
        topic,
        runTopic({ name: topic, prefix, connection: connections.working, log, onError, wake }, options),
      );
    },
    lengths: () => waiting.lengths(topics.keys()),
    close(graceMs) {
      closing ??= end(graceMs);
      return closing;
    },
  };
}
