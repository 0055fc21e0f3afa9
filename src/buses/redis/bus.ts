import { randomUUID } from 'node:crypto';
import type { DomainEvent, NewEvent } from '../../core/events/event.ts';
import { atMost } from '../../ports/at-most.ts';
import type { Bus } from '../../ports/bus.ts';
import type { RedisAddress } from '../../redis/address.ts';
import { connectRedis } from '../../redis/connect.ts';
import { checkSubscription } from '../check-subscription.ts';
import { type DeadLettersOptions, deadLetters } from '../dead-letters.ts';
import { type Group, newGroup } from '../group.ts';
import { retryLetters } from '../retry-letters.ts';
import { newBroadcast } from './broadcast.ts';
import { type DurableGroup, durableGroup } from './durable.ts';
import { forgetHandled } from './forget-handled.ts';
import { newOutbox } from './outbox.ts';
import { keysOf } from './streams.ts';

export interface RedisBusOptions extends DeadLettersOptions {
  readonly address: RedisAddress;
  /** Whether Redis has not answered for a while: then nobody waits for it. */
  readonly isAway?: () => boolean;
  /** Milliseconds by a clock that nobody sets. Default: since this process began. */
  readonly elapsed?: () => number;
}

const patienceMs = 10_000;

/** The bus of several processes, by streams of Redis. Events that Redis forgets are missed; the store has what happened. */
export function redisBus(options: RedisBusOptions): Bus {
  const { address, clock, log, isAway = () => false, elapsed = () => performance.now() } = options;
  const keys = keysOf(address.prefix);
  const token = randomUUID();
  const commands = connectRedis(address, 'commands', log);
  const letters = deadLetters(options);
  const durable = new Map<string, DurableGroup>();
  const shown = new Map<string, Group>();
  const broadcast = newBroadcast({ connect: () => connectRedis(address, 'blocking', log), keys, log });
  const listening = (): Promise<unknown> =>
    Promise.all([broadcast.listening(), ...[...durable.values()].map(group => group.listening)]);
  const outbox = newOutbox({ client: commands, keys, log, listening });
  const stopForgetting = forgetHandled(commands, keys);
  let closing: Promise<void> | null = null;

  function send(events: readonly NewEvent[], sent: () => void): void {
    const timestamp = clock.now();
    for (const event of events) outbox.push({ ...event, timestamp } as DomainEvent, sent);
  }

  async function end(graceMs: number): Promise<void> {
    const draining = outbox
      .flushed()
      .then(() => Promise.all([...durable.values(), ...shown.values()].map(group => group.end())))
      .then(() => letters.written());
    await atMost(graceMs, draining, clock);
    stopForgetting();
    outbox.stop();
    broadcast.stop();
    for (const group of shown.values()) group.abandon();
    await Promise.all([...durable.values()].map(group => group.leave()));
    commands.disconnect();
  }

  return {
    publish(events) {
      if (closing === null) send(events, () => undefined);
    },
    async keep(events) {
      if (closing !== null || events.length === 0) return;
      let left = events.length;
      const sent = new Promise<void>(resolve => send(events, () => (--left === 0 ? resolve() : undefined)));
      if (!isAway()) await atMost(patienceMs, sent, clock);
    },
    subscribe(subscription) {
      checkSubscription(subscription, new Set([...durable.keys(), ...shown.keys()]));
      const { group } = subscription;
      const given = { subscription, clock, log, letters };
      if (subscription.durable) {
        const reading = connectRedis(address, 'blocking', log);
        durable.set(group, durableGroup({ ...given, commands, reading, keys, token, elapsed }));
      } else {
        const made = newGroup(given);
        shown.set(group, made);
        broadcast.add(made);
      }
    },
    retryLetters: () => retryLetters(options, (name, event) => durable.get(name)?.pushFor(event.key) ?? null),
    close(graceMs) {
      closing ??= end(graceMs);
      return closing;
    },
  };
}
