import { type Job, Worker } from 'bullmq';
import { z } from 'zod';
import { pauseAfter } from '../../core/pause-after.ts';
import type { Log } from '../../ports/log.ts';
import type { QueueHandler } from '../../ports/queue.ts';
import { problemOf, type RedisClient } from '../../redis/connect.ts';
import type { HandlerFailure } from '../handler.ts';
import { oneAtATime } from '../one-at-a-time.ts';

/** The runs of one topic in this process. */
export interface Runs {
  /** Starts nothing any more; resolves when nothing runs. */
  end(): Promise<void>;
  /** Lets go of what still runs; another process takes it over. */
  leave(): void;
}

interface TopicOptions {
  readonly name: string;
  readonly prefix: string;
  readonly connection: RedisClient;
  readonly log: Log;
  readonly onError: (failure: HandlerFailure) => void;
  readonly wake: (key: string) => void;
}

/** A process that does not say for so long that it lives has lost its runs; looked for so often. Together less than ten seconds. */
const lockMs = 5_000;
const stalledMs = 2_500;
const againMs = 1_000;
const longestWaitSeconds = 3;
/** A key is an id. Whatever else stands in Redis was put there by somebody else, and no handler is to look for it again and again. */
const keySchema = z.string().min(1).max(10_000);

/** Runs the handler for the jobs of a topic. */
export function runTopic(topic: TopicOptions, handler: QueueHandler): Runs {
  // Where Redis forgot everything, it does not know that a key runs here.
  const careful = oneAtATime(handler, topic.wake);

  async function run(job: Job<unknown>): Promise<void> {
    const { data: key, success } = keySchema.safeParse(job.data);
    if (!success) {
      topic.log.warn({ topic: topic.name, job: job.id }, 'What stood in Redis is no wake-up; it was passed over.');
      return;
    }
    await attemptOnce(topic, careful, { key, attempt: job.attemptsMade + 1 });
  }

  const worker = new Worker<unknown>(topic.name, run, {
    connection: topic.connection,
    prefix: topic.prefix,
    concurrency: handler.concurrency,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
    lockDuration: lockMs,
    stalledInterval: stalledMs,
    // A key is looked at again however often processes died of it: it is for the handler to give up.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    runRetryDelay: againMs,
    drainDelay: longestWaitSeconds,
    settings: { backoffStrategy: attemptsMade => pauseAfter(attemptsMade) },
  });
  worker.on('error', error => topic.log.debug({ topic: topic.name, problem: problemOf(error) }, 'Redis failed.'));
  return {
    async end() {
      await worker.close();
    },
    leave() {
      void worker.close(true).catch(() => undefined);
    },
  };
}

/** Rejects where the job is to be tried again. */
async function attemptOnce(
  topic: TopicOptions,
  handler: QueueHandler,
  { key, attempt }: { readonly key: string; readonly attempt: number },
): Promise<void> {
  try {
    await handler.run(key);
  } catch (error) {
    topic.onError({ topic: topic.name, key, attempt, error });
    // Not the handler's own error: Redis keeps its message, which may quote somebody.
    if (attempt < handler.attempts) throw new Error('The handler failed.', { cause: error });
    giveUp(topic, handler, { key, attempt, error });
  }
}

function giveUp(topic: TopicOptions, handler: QueueHandler, failed: Omit<HandlerFailure, 'topic'>): void {
  try {
    handler.onGivenUp(failed.key, failed.error);
  } catch (error) {
    topic.onError({ topic: topic.name, ...failed, error });
  }
}
