import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { checkRedis } from '../../src/compose/open-work.ts';
import { silentLog } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';

const step = () => ({ done: () => undefined, fail: () => undefined, stopped: () => undefined });

/** The look at Redis of a process that starts. */
async function starting(url: string, anew: boolean, signal = new AbortController().signal): Promise<void> {
  const ending = new AsyncDisposableStack();
  onTestFinished(() => ending.disposeAsync());
  const matrix = { homeserverUrl: 'https://matrix.example.org', serverName: 'example.org' };
  const config = { redis: redisAddress(url), dataDir: 'none', matrix } as never;
  const progress = { step, warn: () => undefined } as never;
  await checkRedis({ config, progress, log: silentLog, signal, onLost: () => undefined, anew }, ending);
}

it('a process that is told to end does not wait for Redis any more', async () => {
  const ending = new AbortController();
  const waiting = starting('redis://127.0.0.1:1', true, ending.signal);
  ending.abort(new Error('ended'));
  await expect(waiting).rejects.toThrow('ended');
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
