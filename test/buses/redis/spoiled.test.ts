import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import { redisBus } from '../../../src/buses/redis/bus.ts';
import { keysOf, partitions } from '../../../src/buses/redis/streams.ts';
import type { RedisAddress } from '../../../src/redis/address.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { nameOf, said } from '../../contracts/bus/bench.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { describeWith } from '../../servers.ts';

const lastId = '18446744073709551615-18446744073709551615';
const streams = (address: RedisAddress): string[] =>
  Array.from({ length: partitions }, (_, number) => keysOf(address.prefix).stream(number));

/** What somebody else may have put there, by what it is. */
const forged: Readonly<Record<string, (client: Redis, address: RedisAddress) => Promise<unknown>>> = {
  'an entry with the last id that there is': (client, address) =>
    Promise.all(streams(address).map(stream => client.xadd(stream, lastId, 'a', 'b'))),
  'texts in place of the streams': (client, address) =>
    Promise.all(streams(address).map(stream => client.set(stream, 'x'))),
  'a text in place of the leases': (client, { prefix }) => client.set(keysOf(prefix).owners('audit'), 'x'),
};

function open(address: RedisAddress) {
  const store = openMemoryStore({ clock: systemClock });
  const bus = redisBus({ address, store, clock: systemClock, log: silentLog });
  onTestFinished(() => bus.close(0));
  const heard: string[] = [];
  const handle = async (event: Parameters<typeof nameOf>[0]): Promise<void> => void heard.push(nameOf(event));
  bus.subscribe({ group: 'audit', topics: ['Messages'], durable: true, attempts: 3, most: 1000, handle });
  return { bus, heard };
}

describeWith('redis', 'The bus in Redis', () => {
  it.each(Object.entries(forged))(
    'goes on where it finds %s, before and while it runs',
    async (_what, forge) => {
      const address = redisAddress();
      const client = new Redis(address.url);
      onTestFinished(() => client.disconnect());
      await forge(client, address);
      const { bus, heard } = open(address);
      bus.publish([said('a', 1)]);
      await vi.waitFor(() => expect(heard).toContain('a/1'), 20_000);
      await client.del(...streams(address), keysOf(address.prefix).owners('audit'));
      await forge(client, address);
      bus.publish([said('a', 2)]);
      await vi.waitFor(() => expect(heard).toContain('a/2'), 20_000);
    },
    60_000,
  );
});
