import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { checkRedis, type SayStore } from '../../src/compose/check-redis.ts';
import type { RedisAddress } from '../../src/redis/address.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { silentLog } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';

const step = () => ({ done: () => undefined, fail: () => undefined, stopped: () => undefined });

/** The look at Redis of a process that starts. */
async function starting(
  redis: string | RedisAddress,
  anew: boolean,
  signal = new AbortController().signal,
): Promise<SayStore> {
  const ending = new AsyncDisposableStack();
  onTestFinished(() => ending.disposeAsync());
  const matrix = { homeserverUrl: 'https://matrix.example.org', serverName: 'example.org' };
  const config = { redis: typeof redis === 'string' ? redisAddress(redis) : redis, dataDir: 'none', matrix } as never;
  const progress = { step, warn: () => undefined, info: () => undefined } as never;
  return checkRedis({ config, progress, log: silentLog, signal, onLost: () => undefined, anew }, ending);
}

it('a process that is told to end does not wait for Redis any more', async () => {
  const ending = new AbortController();
  const waiting = starting('redis://127.0.0.1:1', true, ending.signal);
  ending.abort(new Error('ended'));
  await expect(waiting).rejects.toThrow('ended');
});

describeWith('redis', 'Of two databases with one Redis', () => {
  const emptyStore = () => openMemoryStore({ clock: heldClock() });

  it('the second one, which is a copy of the first, is refused while somebody works with that', {
    timeout: 60_000,
  }, async () => {
    const address = redisAddress();
    const [original, copy] = [emptyStore(), emptyStore()];
    await (await starting(address, false))(original);
    await (await starting(address, false))(original);
    const saying = (await starting(address, false))(copy);
    await expect(saying).rejects.toMatchObject({ code: 'REDIS_OF_ANOTHER' });
  });

  it('the second one is waited for where the first has just ended, as after a restore', {
    timeout: 60_000,
  }, async () => {
    const address = redisAddress();
    const client = connectRedis(address, 'blocking', silentLog);
    onTestFinished(() => client.disconnect());
    await client.set(`{${address.prefix}}:store`, 'the former', 'PX', 1_500);
    await (await starting(address, false))(emptyStore());
    expect(await client.get(`{${address.prefix}}:store`)).not.toBe('the former');
  });
});

describeWith('redis', 'A process that waits for a former claim', () => {
  it('ends at once, and with no error of its own, when it is told to', async () => {
    const address = redisAddress();
    const client = connectRedis(address, 'blocking', silentLog);
    onTestFinished(() => client.disconnect());
    await client.set(`{${address.prefix}}:store`, 'the former', 'PX', 60_000);
    const ending = new AbortController();
    const why = new Error('ended');
    const saying = (await starting(address, false, ending.signal))(openMemoryStore({ clock: heldClock() }));
    ending.abort(why);
    await expect(saying).rejects.toBe(why);
  });
});

describeWith('redis', 'A process that begins anew', () => {
  it('waits for a Redis that is away, which one that starts for the first time does not', async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    await redis.kill();
    await expect(starting(redis.url, false)).rejects.toThrow('does not answer');
    let there = false;
    const waiting = starting(redis.url, true).then(() => {
      there = true;
    });
    await sleep(500);
    expect(there).toBe(false);
    await redis.restart();
    await waiting;
  });
});
