import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Queue, QueueHandler } from '../../../src/ports/queue.ts';
import { type HeldClock, heldClock } from '../../fakes/clock.ts';
import { realTime } from '../../fakes/real-time.ts';

/** Makes a queue in which nothing was woken. `realTime`: its pauses are not those of the clock, so the tests wait, and try fewer of them. */
export type OpenQueue = ((clock: Clock) => Queue) & { readonly realTime?: boolean };

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
  /** Ends a run that fails, looks when its pause is not over, and waits until it is over. */
  failAndWait(worker: Worker, key: string, pause: number, meanwhile: () => void): Promise<void>;
  work(topic: string, options?: Partial<QueueHandler>): Worker;
}

const patienceMs = 5_000;

export const failure = new Error('The handler failed.');

/** A queue with a clock that the test moves, and workers in it. */
export function bench(open: OpenQueue): Bench {
  const clock = open.realTime === true ? realTime() : heldClock();
  const queue = open(clock);
  onTestFinished(async () => {
    await Promise.all([queue.close(0), clock.advance(0)]);
  });
  return {
    queue,
    clock,
    async failAndWait({ finish }, key, pause, meanwhile) {
      const finished = finish(key, failure);
      if (open.realTime === true) await sleep(pause / 4);
      else await finished.then(() => clock.advance(pause - 1));
      meanwhile();
      await finished;
      await clock.advance(open.realTime === true ? pause : 1);
    },
    work: (topic, options = {}) => worker({ queue, clock, open }, topic, options),
  };
}

function worker(
  { queue, clock, open }: Pick<Bench, 'queue' | 'clock'> & { readonly open: OpenQueue },
  topic: string,
  options: Partial<QueueHandler>,
): Worker {
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
      await until(() => ends.has(key), open.realTime === true ? patienceMs : 0);
      const end = ends.get(key);
      if (end === undefined) throw new Error(`${key} does not run.`);
      end(error);
      await clock.advance(0);
    },
  };
}

async function until(holds: () => boolean, ms: number): Promise<void> {
  for (const end = Date.now() + ms; !holds() && Date.now() < end; ) await sleep(10);
}
