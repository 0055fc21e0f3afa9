import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { redisBus } from '../../../src/buses/redis/bus.ts';
import { forgetOnce } from '../../../src/buses/redis/forget-handled.ts';
import { keysOf, partitionOf } from '../../../src/buses/redis/streams.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { nameOf, said } from '../../contracts/bus/bench.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { describeWith } from '../../servers.ts';

describeWith('redis', 'The streams of the bus in Redis', () => {
  it('forget what every group has handled, and nothing else', async () => {
    const address = redisAddress();
    const keys = keysOf(address.prefix);
    const bus = redisBus({
      address,
      store: openMemoryStore({ clock: systemClock }),
      clock: systemClock,
      log: silentLog,
    });
    onTestFinished(() => bus.close(0));
    const client = new Redis(address.url);
    onTestFinished(() => client.disconnect());
    const stream = keys.stream(partitionOf(said('a', 1).key));
    const kept = async (): Promise<string[]> =>
      (await client.xrange(stream, '-', '+')).map(([, fields]) => nameOf(JSON.parse(fields.at(-1) ?? '')));
    const second = Promise.withResolvers<void>();
    const heard: string[] = [];
    bus.subscribe({
      group: 'audit',
      topics: ['Messages'],
      durable: true,
      attempts: 3,
      most: 1000,
      async handle(event) {
        heard.push(nameOf(event));
        if (nameOf(event) === 'a/2') await second.promise;
      },
    });
    await bus.keep([said('a', 1), said('a', 2), said('a', 3)]);
    await vi.waitFor(() => expect(heard).toEqual(['a/1', 'a/2']), 10_000);
    await forgetOnce(client, keys, 60_000);
    expect(await kept()).toEqual(['a/1', 'a/2', 'a/3']);
    await vi.waitFor(async () => {
      await forgetOnce(client, keys, 0);
      expect(await kept()).toEqual(['a/2', 'a/3']);
    }, 10_000);
    second.resolve();
    await vi.waitFor(async () => {
      await forgetOnce(client, keys, 0);
      expect(await kept()).toEqual([]);
    }, 10_000);
    await bus.keep([said('a', 4)]);
    await vi.waitFor(() => expect(heard).toEqual(['a/1', 'a/2', 'a/3', 'a/4']), 10_000);
  }, 40_000);
});
