import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { redisBus } from '../../src/buses/redis/bus.ts';
import { forgetOnce } from '../../src/buses/redis/forget-handled.ts';
import { keysOf } from '../../src/buses/redis/streams.ts';
import { sharedLimits, turnstile } from '../../src/limits/turnstile.ts';
import { redisQueue } from '../../src/queues/bullmq/queue.ts';
import type { RedisAddress } from '../../src/redis/address.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { inspectRedis } from '../../src/redis/inspect.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { systemClock } from '../../src/system-clock.ts';
import { silentLog } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs/how-to/use-redis.md'), 'utf8');
const documented = /^ACL SETUSER parley on >secret (.+)$/m.exec(page)?.[1] ?? '';

/** A Redis with a user of these rights, on keys of our own. */
async function withRights(rights: string): Promise<{ address: RedisAddress; admin: Redis }> {
  const redis = await startRedis();
  const admin = new Redis(redis.url);
  onTestFinished(async () => {
    admin.disconnect();
    await redis.stop();
  });
  const address = redisAddress(redis.url.replace('redis://', 'redis://mara:secret@'));
  const ours = rights.replaceAll('{parley}', `{${address.prefix}}`).split(' ');
  await admin.call('ACL', 'SETUSER', 'mara', 'on', '>secret', ...ours);
  return { address, admin };
}

/** Everything that Parley does there. */
async function useAll(address: RedisAddress): Promise<void> {
  const client = connectRedis(address, 'commands', silentLog);
  onTestFinished(() => client.disconnect());
  await new Promise<void>(resolve => client.once('ready', resolve));
  const shared = sharedLimits(client, address.prefix);
  const gate = turnstile({ name: 'm', atOnce: 1, perMinute: 9, longestMs: 9_000, shared, log: silentLog });
  (await gate.enter(AbortSignal.timeout(9_000)))();
  const store = openMemoryStore({ clock: systemClock });
  const queue = redisQueue({ address, clock: systemClock, log: silentLog });
  const bus = redisBus({ address, store, clock: systemClock, log: silentLog });
  onTestFinished(() => Promise.all([queue.close(1_000), bus.close(1_000)]).then(() => undefined));
  const ran = Promise.withResolvers<string>();
  const handler = { concurrency: 1, attempts: 1, onGivenUp: () => undefined };
  queue.handle('rooms', { ...handler, run: async key => ran.resolve(key) });
  bus.subscribe({ group: 'g', topics: ['System'], durable: true, attempts: 1, most: 9, handle: async () => undefined });
  queue.wake('rooms', 'room');
  expect(await ran.promise).toBe('room');
  await queue.lengths();
  await forgetOnce(client, keysOf(address.prefix), 0);
}

describeWith('redis', 'A user of an access control list', () => {
  it('can do all that is needed with the rights that the documentation gives it', async () => {
    const { address, admin } = await withRights(documented);
    expect((await inspectRedis(address)).warnings).toEqual([]);
    await useAll(address);
    expect(await admin.call('ACL', 'LOG')).toEqual([]);
  });

  it('is told that limits are not shared where it may not use their keys', async () => {
    const { address } = await withRights('~{parley}:* &* +@all -@admin -@dangerous +info');
    expect((await inspectRedis(address)).warnings).toEqual([expect.stringContaining(`~b_{${address.prefix}}:*`)]);
  });
});
