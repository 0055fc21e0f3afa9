import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { redisBus } from '../../../src/buses/redis/bus.ts';
import { leaseMs } from '../../../src/buses/redis/leases.ts';
import { keysOf, partitions } from '../../../src/buses/redis/streams.ts';
import type { RedisAddress } from '../../../src/redis/address.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { nameOf, said } from '../../contracts/bus/bench.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { describeWith } from '../../servers.ts';

/** A bus that handles what is said, as `handle` does; and the names of all that it began with. */
function open(address: RedisAddress, handle: () => Promise<void> = async () => undefined) {
  const store = openMemoryStore({ clock: systemClock });
  let stoodMs = 0;
  const elapsed = () => performance.now() + stoodMs;
  const bus = redisBus({ address, store, clock: systemClock, log: silentLog, elapsed });
  onTestFinished(() => bus.close(0));
  const heard: string[] = [];
  bus.subscribe({
    group: 'audit',
    topics: ['Messages'],
    durable: true,
    attempts: 3,
    most: 1000,
    async handle(event) {
      heard.push(nameOf(event));
      await handle();
    },
  });
  /** Its time goes on by so much, as for a process that stood still. */
  const standStill = (ms: number): void => {
    stoodMs += ms;
  };
  return { bus, heard, standStill };
}

describeWith('redis', 'The leases of the bus in Redis', () => {
  it('of a process that is gone end, though the clock of Redis was ahead when it got them', async () => {
    const address = redisAddress();
    const keys = keysOf(address.prefix);
    const client = new Redis(address.url);
    onTestFinished(() => client.disconnect());
    await client.zadd(keys.members('audit'), Date.now() + 3_600_000, 'gone');
    for (let number = 0; number < partitions; number += 1) await client.hset(keys.owners('audit'), number, 'gone');
    const { bus, heard } = open(address);
    bus.publish([said('a', 1)]);
    await vi.waitFor(() => expect(heard).toEqual(['a/1']), 15_000);
  }, 40_000);

  it('hand on what waited while a process stood still, where it gets the same partitions once more', async () => {
    const first = Promise.withResolvers<void>();
    const { bus, heard, standStill } = open(redisAddress(), () => first.promise);
    await bus.keep([said('a', 1), said('a', 2)]);
    await vi.waitFor(() => expect(heard).toEqual(['a/1']), 10_000);
    await sleep(100);
    standStill(leaseMs);
    first.resolve();
    await vi.waitFor(() => expect(heard).toContain('a/2'), 15_000);
  }, 40_000);
});
