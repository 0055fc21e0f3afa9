import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { redisBus } from '../../../src/buses/redis/bus.ts';
import { leaseMs } from '../../../src/buses/redis/leases.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { nameOf, said } from '../../contracts/bus/bench.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { describeWith } from '../../servers.ts';

/** The clock that nobody sets goes on by so much, as for a process that stood still. */
function standStill(ms: number): void {
  const before = performance.now.bind(performance);
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => before() + ms);
  onTestFinished(() => spy.mockRestore());
}

describeWith('redis', 'The leases of the bus in Redis', () => {
  it('hand on what waited while a process stood still, where it gets the same partitions once more', async () => {
    const store = openMemoryStore({ clock: systemClock });
    const bus = redisBus({ address: redisAddress(), store, clock: systemClock, log: silentLog });
    onTestFinished(() => bus.close(0));
    const heard: string[] = [];
    const first = Promise.withResolvers<void>();
    bus.subscribe({
      group: 'audit',
      topics: ['Messages'],
      durable: true,
      attempts: 3,
      most: 1000,
      async handle(event) {
        heard.push(nameOf(event));
        if (heard.length === 1) await first.promise;
      },
    });
    await bus.keep([said('a', 1), said('a', 2)]);
    await vi.waitFor(() => expect(heard).toEqual(['a/1']), 10_000);
    await sleep(100);
    standStill(leaseMs);
    first.resolve();
    await vi.waitFor(() => expect(heard).toContain('a/2'), 15_000);
  }, 40_000);
});
