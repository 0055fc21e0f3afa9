import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Queue, QueueHandler } from '../../../src/ports/queue.ts';
import { type HeldClock, heldClock } from '../../fakes/clock.ts';

export type OpenQueue = (clock: Clock) => Queue;

/** A handler whose runs the test ends by hand. */
export interface Worker {
  /** Every run, in the order in which they began. */
  readonly begun: string[];
  readonly givenUp: string[];
  /** The keys that run now. */
  running(): string[];
  /** Ends the run of a key. */
  finish(key: string, error?: Error): Promise<void>;
}

interface Bench {
  readonly queue: Queue;
  readonly clock: HeldClock;
  work(topic: string, options?: Partial<QueueHandler>): Worker;
}

export const failure = new Error('The handler failed.');

/** A queue with a clock that the test moves, and workers in it. */
export function bench(open: OpenQueue): Bench {
  const clock = heldClock();
  const queue = open(clock);
  onTestFinished(async () => {
    await Promise.all([queue.close(0), clock.advance(0)]);
  });
  return { queue, clock, work: (topic, options = {}) => worker({ queue, clock }, topic, options) };
}

function worker({ queue, clock }: Omit<Bench, 'work'>, topic: string, options: Partial<QueueHandler>): Worker {
  const begun: string[] = [];
  const givenUp: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  queue.handle(topic, {
    concurrency: 1,
    attempts: 3,
    onGivenUp: key => givenUp.push(key),
    run(key) {
      begun.push(key);
      if (ends.has(key)) throw new Error(`${key} runs twice at once.`);
      return new Promise((resolve, reject) => {
        ends.set(key, error => {
          ends.delete(key);
          if (error === undefined) resolve();
          else reject(error);
        });
      });
    },
    ...options,
  });
  return {
    begun,
    givenUp,
    running: () => [...ends.keys()],
    async finish(key, error) {
      const end = ends.get(key);
      if (end === undefined) throw new Error(`${key} does not run.`);
      end(error);
      await clock.advance(0);
    },
  };
}
