import { Queue as BullQueue, type JobsOptions, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Queue } from '../../src/ports/queue.ts';
import { redisQueue } from '../../src/queues/bullmq/queue.ts';
import { localQueue } from '../../src/queues/local/queue.ts';
import { systemClock as clock } from '../../src/system-clock.ts';
import { silentLog as log } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { type OwnRedis, startRedis } from '../servers/redis.ts';
import { interleaved } from './interleaved.ts';
import { type Benchmark, type Row, times } from './result.ts';

const jobs = 5_000;
const concurrency = 64;
const goals = { redis: 0.9, local: 3 };

/** Wake-ups a second, from waking to the end of the run, against BullMQ by itself on the same Redis. */
export const workQueue: Benchmark = {
  key: 'j',
  title: `work queue: ${jobs} wake-ups, against BullMQ`,
  async run({ rounds, say }) {
    const redis = await startRedis();
    try {
      const figures = await interleaved(rounds, {
        bullmq: () => bare(redis),
        deduplicating: () => bare(redis, key => ({ deduplication: { id: key, keepLastIfActive: true } })),
        redis: () => ours(redisQueue({ address: redisAddress(redis.url), clock, log })),
        local: () => ours(localQueue({ clock })),
      });
      say(`  ${JSON.stringify(figures)}`);
      return [
        row('in Redis', figures.redis, { against: figures.bullmq, goal: goals.redis }),
        row('in Redis', figures.redis, {
          against: figures.deduplicating,
          goal: goals.redis,
          how: 'BullMQ: add, deduplicated',
        }),
        row('local', figures.local, { against: figures.bullmq, goal: goals.local }),
      ];
    } finally {
      await redis.stop();
    }
  },
};

interface Against {
  readonly against: number;
  readonly goal: number;
  readonly how?: string;
}

function row(what: string, rate: number, { against, goal, how = 'BullMQ: add, then work' }: Against): Row {
  const ratio = rate / against;
  return {
    key: 'j',
    what: `Wake-ups worked on, queue ${what}`,
    parley: `${Math.round(rate)}/s`,
    against: `${Math.round(against)}/s (${how})`,
    ratio: times(ratio),
    goal: `≥ ${goal}`,
    met: ratio >= goal,
  };
}

/** Each key is woken by itself, as fast as the loop goes. */
async function ours(queue: Queue): Promise<number> {
  const all = Promise.withResolvers<void>();
  let left = jobs;
  const ready = Promise.withResolvers<void>();
  const run = async (key: string): Promise<void> => {
    if (key === 'ready') ready.resolve();
    else if (--left === 0) all.resolve();
  };
  queue.handle('work', { concurrency, attempts: 3, run, onGivenUp: () => undefined });
  queue.wake('work', 'ready');
  await ready.promise;
  const begun = performance.now();
  for (let key = 0; key < jobs; key += 1) queue.wake('work', `${key}`);
  await all.promise;
  const took = performance.now() - begun;
  await queue.close(5_000);
  return (jobs / took) * 1000;
}

/** The same with BullMQ as its documentation shows it; the adds are not waited for one by one. */
async function bare({ url }: OwnRedis, more: (key: string) => JobsOptions = () => ({})): Promise<number> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const name = redisAddress(url).prefix;
  const all = Promise.withResolvers<void>();
  let left = jobs;
  const queue = new BullQueue(name, { connection });
  const run = async (): Promise<void> => void (--left === 0 && all.resolve());
  const worker = new Worker(name, run, { connection, concurrency });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const begun = performance.now();
  const options = { removeOnComplete: true, removeOnFail: true };
  await Promise.all(
    Array.from({ length: jobs }, (_, key) => queue.add('wake', `${key}`, { ...options, ...more(`${key}`) })),
  );
  await all.promise;
  const took = performance.now() - begun;
  await Promise.all([worker.close(), queue.close()]);
  connection.disconnect();
  return (jobs / took) * 1000;
}
