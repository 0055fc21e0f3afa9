import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Queue } from '../../../src/ports/queue.ts';
import { usualBounds } from '../../../src/ports/queue-bounds.ts';
import { redisQueue } from '../../../src/queues/bullmq/queue.ts';
import type { RedisAddress } from '../../../src/redis/address.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { queueContract } from '../../contracts/queue.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { startRedis } from '../../servers/redis.ts';
import { describeWith } from '../../servers.ts';

/** A queue as another process would have it: nothing is shared but Redis. */
function open(address: RedisAddress, log = silentLog): Queue {
  const queue = redisQueue({ address, clock: systemClock, log });
  onTestFinished(() => queue.close(0));
  return queue;
}

async function until(holds: () => boolean, ms = 10_000): Promise<void> {
  for (const end = Date.now() + ms; !holds(); await sleep(10)) {
    if (Date.now() > end) throw new Error('It never came to be so.');
  }
}

const never = { attempts: 3, onGivenUp: () => undefined };

describeWith('redis', 'The queue in Redis', () => {
  queueContract(
    'The queue in Redis',
    Object.assign((clock: Clock) => redisQueue({ address: redisAddress(), clock, log: silentLog }), { realTime: true }),
  );

  it('runs a key once at a time over all processes, and shares the keys among them', async () => {
    const address = redisAddress();
    const running = new Set<string>();
    const by = [0, 0];
    let last = 0;
    const queues = by.map((_, index) => {
      const queue = open(address);
      queue.handle('rooms', {
        ...never,
        concurrency: 2,
        async run(key) {
          expect(running.has(key)).toBe(false);
          running.add(key);
          by[index] = (by[index] ?? 0) + 1;
          await sleep(5);
          running.delete(key);
          if (key === 'last') last += 1;
        },
      });
      return queue;
    });
    for (let round = 0; round < 20; round += 1) {
      for (const queue of queues) for (const key of ['a', 'b', 'c', 'd']) queue.wake('rooms', key);
      await sleep(10);
    }
    queues[0]?.wake('rooms', 'last');
    await until(() => last === 1);
    expect(Math.min(...by)).toBeGreaterThan(0);
  });

  it('tells how much waits and runs, over all processes, and for how long', async () => {
    const address = redisAddress();
    const queue = redisQueue({ address, clock: systemClock, log: silentLog });
    onTestFinished(() => queue.close(0));
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const run = () => {
      begun.resolve();
      return goOn.promise;
    };
    open(address).handle('rooms', { ...never, concurrency: 1, run });
    for (const key of ['a', 'b', 'c']) queue.wake('rooms', key);
    await begun.promise;
    let seen = await queue.lengths();
    for (let left = 100; left > 0 && (seen[0]?.oldestMs ?? 0) === 0; left -= 1) {
      await sleep(10);
      seen = await queue.lengths();
    }
    expect(seen).toEqual([{ topic: 'rooms', waiting: 2, running: 1, oldestMs: expect.any(Number) }]);
    expect(seen[0]?.oldestMs).toBeGreaterThan(0);
    goOn.resolve();
  });

  it('takes over what a process had begun when it died, within ten seconds', async () => {
    const address = redisAddress();
    const dying = open(address);
    let begun = 0;
    dying.handle('rooms', {
      ...never,
      concurrency: 1,
      run() {
        begun += 1;
        return new Promise(() => undefined);
      },
    });
    dying.wake('rooms', 'a');
    await until(() => begun === 1);
    await dying.close(0);
    const heir = open(address);
    const taken: string[] = [];
    heir.handle('rooms', { ...never, concurrency: 1, run: async key => void taken.push(key) });
    await until(() => taken.length === 1);
  });

  it('keeps wake-ups while Redis is away, and goes on within ten seconds when it is back, though it forgot everything', async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const queue = open(redisAddress(redis.url));
    const seen: string[] = [];
    queue.handle('rooms', { ...never, concurrency: 4, run: async key => void seen.push(key) });
    queue.wake('rooms', 'before');
    await until(() => seen.includes('before'));
    await redis.kill();
    for (const key of ['a', 'b', 'a']) queue.wake('rooms', key);
    await sleep(300);
    await redis.restart();
    await until(() => seen.includes('a') && seen.includes('b'));
    expect(seen.toSorted()).toEqual(['a', 'b', 'before']);
  });

  it('goes on after Redis was flushed in the middle of a run', async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const address = redisAddress(redis.url);
    const queue = open(address);
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    queue.handle('rooms', {
      ...never,
      concurrency: 2,
      async run(key) {
        seen.push(key);
        if (seen.length === 1) await gate.promise;
      },
    });
    queue.wake('rooms', 'a');
    await until(() => seen.length === 1);
    await redis.flush();
    for (const key of ['a', 'b']) queue.wake('rooms', key);
    await until(() => seen.includes('b'));
    expect(seen).toEqual(['a', 'b']);
    gate.resolve();
    await until(() => seen.length === 3);
    expect(seen.at(-1)).toBe('a');
  });

  it('has what is to be done looked up where Redis knows nothing, by one process, and again where that fails', async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const address = redisAddress(redis.url);
    const looked: string[] = [];
    const processOf = (name: string, look: () => Promise<void>): void => {
      const onForgotten = (): Promise<void> => {
        looked.push(name);
        return look();
      };
      const queue = redisQueue({ address, clock: systemClock, log: silentLog, onForgotten });
      onTestFinished(() => queue.close(0));
    };
    processOf('first', async () => {
      if (looked.length === 1) throw new Error('The store is away.');
      if (looked.length === 2) await redis.flush();
    });
    // Flushed while it was looked up: that is to be looked up, too.
    await until(() => looked.length === 3);
    processOf('second', () => Promise.resolve());
    await redis.flush();
    await until(() => looked.length === 4);
    await redis.kill();
    await redis.restart();
    await until(() => looked.length === 5);
    expect(looked.slice(0, 3)).toEqual(['first', 'first', 'first']);
  });

  it('has it looked up, too, where Redis comes back with what it held some time ago', { timeout: 60_000 }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    let looks = 0;
    const onForgotten = async (): Promise<void> => {
      looks += 1;
    };
    const given = { address: redisAddress(redis.url), clock: systemClock, log: silentLog };
    const queue = redisQueue({ ...given, onForgotten });
    onTestFinished(() => queue.close(0));
    await until(() => looks === 1);
    await sleep(500);
    await redis.save();
    await sleep(3_000);
    expect(looks).toBe(1);
    await redis.kill();
    await redis.restart();
    await until(() => looks === 2);
    await sleep(3_000);
    expect(looks).toBe(2);
  });

  it('runs a key again that failed in a process whose clock was far ahead, though that process is gone', async () => {
    const address = redisAddress();
    const failing = open(address);
    const failed = Promise.withResolvers<void>();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    failing.handle('rooms', {
      ...never,
      concurrency: 1,
      async run() {
        failed.resolve();
        throw new Error('The store is away.');
      },
    });
    failing.wake('rooms', 'a');
    await failed.promise;
    await sleep(200);
    await failing.close(0);
    vi.useRealTimers();
    const seen: string[] = [];
    open(address).handle('rooms', { ...never, concurrency: 1, run: async key => void seen.push(key) });
    await until(() => seen.length === 1, 15_000);
  });

  it('does not take a wake-up for an old one where the machine’s clock is behind', async () => {
    const ahead = { ...systemClock, now: () => Date.now() + 3_600_000 };
    const telling = redisQueue({ address: redisAddress(), clock: ahead, log: silentLog });
    onTestFinished(() => telling.close(0));
    telling.wake('rooms', 'a');
    await sleep(300);
    expect(await telling.lengths()).toEqual([expect.objectContaining({ waiting: 1 })]);
    expect((await telling.lengths())[0]?.oldestMs).toBeLessThan(60_000);
  });

  it('passes over what somebody else has put into Redis', async () => {
    const address = redisAddress();
    const warnings: unknown[] = [];
    const queue = open(address, {
      ...silentLog,
      warn: (fields, message) => void warnings.push({ ...fields, message }),
    });
    const seen: unknown[] = [];
    queue.handle('rooms', { ...never, concurrency: 2, run: async key => void seen.push(key) });
    queue.wake('rooms', 'a');
    await until(() => seen.length === 1);
    const client = new Redis(address.url);
    onTestFinished(() => client.disconnect());
    const forged = ['{"$gt":""}', '[]', '5', '""', 'null', JSON.stringify('x'.repeat(20_000))];
    for (const [index, data] of forged.entries()) {
      const fields = { name: 'wake', data, opts: '{}', timestamp: '1', delay: '0', priority: '0' };
      await client.hset(`{${address.prefix}}:work:rooms:forged${index}`, fields);
      await client.lpush(`{${address.prefix}}:work:rooms:wait`, `forged${index}`);
    }
    queue.wake('rooms', 'b');
    await until(() => seen.length === 2 && warnings.length === forged.length);
    expect(seen).toEqual(['a', 'b']);
    expect(warnings).toContainEqual(expect.objectContaining({ topic: 'rooms', job: 'forged0' }));
  });

  it('goes on within ten seconds after Redis stood still', async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const queue = open(redisAddress(redis.url));
    const seen: string[] = [];
    queue.handle('rooms', { ...never, concurrency: 2, run: async key => void seen.push(key) });
    queue.wake('rooms', 'a');
    await until(() => seen.includes('a'));
    redis.freeze();
    queue.wake('rooms', 'b');
    await sleep(1_000);
    redis.thaw();
    await until(() => seen.includes('b'));
  });

  it('tells that Redis is away where it was killed or stands still, and that it is back', {
    timeout: 60_000,
  }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const queue = redisQueue({ address: redisAddress(redis.url), clock: systemClock, log: silentLog });
    onTestFinished(() => queue.close(0));
    const { isAway } = queue.presence;
    await sleep(3_000);
    expect(isAway()).toBe(false);
    await redis.kill();
    await until(isAway);
    await redis.restart();
    await until(() => !isAway());
    redis.freeze();
    await until(isAway, 15_000);
    redis.thaw();
    await until(() => !isAway());
  });

  it('holds a bounded number of wake-ups while Redis is away, and says so once', () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_fields: unknown, message: string) => void warnings.push(message) };
    const queue = open(redisAddress('redis://127.0.0.1:1'), log);
    expect(queue.hasRoom()).toBe(true);
    for (let key = 0; key < usualBounds.most + 10; key += 1) queue.wake('rooms', `${key}`);
    expect(warnings.filter(message => message.includes('no more wake-ups'))).toHaveLength(1);
    expect(queue.hasRoom()).toBe(false);
  });
});
