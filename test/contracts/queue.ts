import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';
import type { Queue, QueueHandler } from '../../src/ports/queue.ts';
import { type HeldClock, heldClock } from '../fakes/clock.ts';

export type OpenQueue = (clock: Clock) => Queue;

/** A handler whose runs the test ends by hand. */
interface Worker {
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

function bench(open: OpenQueue): Bench {
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

const failure = new Error('The handler failed.');

/** What every queue does. */
export function queueContract(name: string, open: OpenQueue): void {
  describe(`${name} keeps the contract of a queue`, () => {
    wakingContract(open);
    fairnessContract(open);
    failingContract(open);
    closingContract(open);
  });
}

function wakingContract(open: OpenQueue): void {
  it('runs a handler for a key, after wake has returned', async () => {
    const { queue, clock, work } = bench(open);
    const { begun } = work('rooms');
    queue.wake('rooms', 'a');
    expect(begun).toEqual([]);
    await clock.advance(0);
    expect(begun).toEqual(['a']);
  });

  it('makes one of several wake-ups of a key that waits', async () => {
    const { queue, work } = bench(open);
    const { begun, finish } = work('rooms');
    for (const key of ['a', 'b', 'b', 'b']) queue.wake('rooms', key);
    await runAll(finish, ['a', 'b'], begun);
    expect(begun).toEqual(['a', 'b']);
  });

  it('runs once more for any number of wake-ups during a run, and never beside itself', async () => {
    const { queue, clock, work } = bench(open);
    const { begun, running, finish } = work('rooms', { concurrency: 5 });
    queue.wake('rooms', 'a');
    await clock.advance(0);
    for (let times = 0; times < 3; times++) queue.wake('rooms', 'a');
    await clock.advance(1000);
    expect(begun).toEqual(['a']);
    await finish('a');
    expect(begun).toEqual(['a', 'a']);
    await finish('a');
    expect(running()).toEqual([]);
    queue.wake('rooms', 'a');
    await clock.advance(0);
    expect(begun).toEqual(['a', 'a', 'a']);
  });

  it('keeps wake-ups that come before the handler', async () => {
    const { queue, clock, work } = bench(open);
    for (const key of ['a', 'b', 'a']) queue.wake('rooms', key);
    await clock.advance(0);
    const { begun } = work('rooms', { concurrency: 2 });
    await clock.advance(0);
    expect(begun).toEqual(['a', 'b']);
  });

  it('keeps topics apart, also where they use the same key', async () => {
    const { queue, clock, work } = bench(open);
    const rooms = work('rooms');
    const turns = work('turns');
    queue.wake('rooms', 'a');
    queue.wake('turns', 'a');
    queue.wake('nobody', 'a');
    await clock.advance(0);
    expect([rooms.running(), turns.running()]).toEqual([['a'], ['a']]);
  });

  it('takes one handler a topic, and only a sensible one', () => {
    const { work } = bench(open);
    work('rooms');
    expect(() => work('rooms')).toThrow(TypeError);
    for (const bad of [0, -1, 1.5, Number.NaN]) {
      expect(() => work('turns', { concurrency: bad })).toThrow(TypeError);
      expect(() => work('turns', { attempts: bad })).toThrow(TypeError);
    }
  });
}

async function runAll(finish: Worker['finish'], keys: readonly string[], begun: readonly string[]): Promise<void> {
  for (const key of keys) {
    while (!begun.includes(key)) await new Promise(resolve => setImmediate(resolve));
    await finish(key);
  }
}

function fairnessContract(open: OpenQueue): void {
  it('runs keys beside each other, up to the limit, first come first served', async () => {
    const { queue, clock, work } = bench(open);
    const { running, begun, finish } = work('rooms', { concurrency: 2 });
    for (const key of ['c', 'a', 'd', 'b']) queue.wake('rooms', key);
    await clock.advance(0);
    expect(running()).toEqual(['c', 'a']);
    await finish('a');
    expect(running()).toEqual(['c', 'd']);
    await finish('c');
    expect(begun).toEqual(['c', 'a', 'd', 'b']);
  });

  it('puts a key that was woken again behind those that wait', async () => {
    const { queue, clock, work } = bench(open);
    const { begun, finish } = work('rooms');
    queue.wake('rooms', 'busy');
    await clock.advance(0);
    for (const key of ['busy', 'a', 'b']) queue.wake('rooms', key);
    for (const key of ['busy', 'a', 'b', 'busy']) await finish(key);
    expect(begun).toEqual(['busy', 'a', 'b', 'busy']);
  });

  it('takes a hundred thousand keys in order, quickly', { timeout: 20_000 }, async () => {
    const { queue } = bench(open);
    const seen: number[] = [];
    const keys = Array.from({ length: 100_000 }, (_, key) => key);
    await new Promise<void>(resolve => {
      queue.handle('rooms', {
        concurrency: 100,
        attempts: 1,
        onGivenUp: () => {},
        async run(key) {
          if (seen.push(Number(key)) === keys.length) resolve();
        },
      });
      for (const key of keys) queue.wake('rooms', `${key}`);
    });
    expect(seen).toEqual(keys);
  });
}

function failingContract(open: OpenQueue): void {
  it('tries again after pauses that double from 0.1 s to 30 s, then gives up', async () => {
    const { queue, clock, work } = bench(open);
    const { begun, givenUp, finish } = work('rooms', { attempts: 12 });
    queue.wake('rooms', 'a');
    await clock.advance(0);
    const pauses = [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30_000, 30_000];
    for (const [failed, pause] of pauses.entries()) {
      await finish('a', failure);
      await clock.advance(pause - 1);
      expect(begun).toHaveLength(failed + 1);
      await clock.advance(1);
      expect(begun).toHaveLength(failed + 2);
    }
    expect(givenUp).toEqual([]);
    await finish('a', failure);
    expect(givenUp).toEqual(['a']);
    await clock.advance(3_600_000);
    expect(begun).toHaveLength(12);
    expect(clock.pending()).toBe(0);
  });

  it('begins to count anew after a success, and after giving up', async () => {
    const { queue, clock, work } = bench(open);
    const { givenUp, begun, finish } = work('rooms', { attempts: 2 });
    for (let round = 0; round < 2; round++) {
      queue.wake('rooms', 'a');
      await clock.advance(0);
      await finish('a', failure);
      await clock.advance(100);
      await finish('a');
    }
    expect(givenUp).toEqual([]);
    for (let round = 0; round < 2; round++) {
      queue.wake('rooms', 'a');
      await clock.advance(0);
      await finish('a', failure);
      await clock.advance(100);
      await finish('a', failure);
    }
    expect(givenUp).toEqual(['a', 'a']);
    expect(begun).toHaveLength(8);
  });

  it('begins to count anew for a wake-up during the run that succeeds', async () => {
    const { queue, clock, work } = bench(open);
    const { begun, finish } = work('rooms');
    queue.wake('rooms', 'a');
    await clock.advance(0);
    await finish('a', failure);
    await clock.advance(100);
    queue.wake('rooms', 'a');
    await finish('a');
    await finish('a', failure);
    await clock.advance(100);
    expect(begun).toHaveLength(4);
  });

  it('leaves the place of a pausing key to others, and wake-ups do not shorten the pause', async () => {
    const { queue, clock, work } = bench(open);
    const { begun, running, finish } = work('rooms');
    queue.wake('rooms', 'bad');
    await clock.advance(0);
    await finish('bad', failure);
    for (const key of ['bad', 'good', 'bad']) queue.wake('rooms', key);
    await clock.advance(99);
    expect(running()).toEqual(['good']);
    await clock.advance(1);
    await finish('good');
    expect(begun).toEqual(['bad', 'good', 'bad']);
    await finish('bad');
    await clock.advance(60_000);
    expect(begun).toHaveLength(3);
  });

  it('runs once more for a wake-up that came during the last failing run', async () => {
    const { queue, clock, work } = bench(open);
    const { begun, givenUp, finish } = work('rooms', { attempts: 1 });
    queue.wake('rooms', 'a');
    await clock.advance(0);
    queue.wake('rooms', 'a');
    await finish('a', failure);
    expect({ begun, givenUp }).toEqual({ begun: ['a', 'a'], givenUp: ['a'] });
  });

  it('bears handlers that throw before they return a promise, and onGivenUp that throws', async () => {
    const { queue, clock, work } = bench(open);
    const thrown: string[] = [];
    work('rooms', {
      attempts: 1,
      run(key) {
        thrown.push(key);
        throw failure;
      },
      onGivenUp() {
        throw failure;
      },
    });
    for (const key of ['a', 'b']) queue.wake('rooms', key);
    await clock.advance(0);
    expect(thrown).toEqual(['a', 'b']);
  });
}

function closingContract(open: OpenQueue): void {
  it('waits for what runs, and starts nothing more', async () => {
    const { queue, clock, work } = bench(open);
    const { begun, finish } = work('rooms');
    for (const key of ['a', 'b']) queue.wake('rooms', key);
    await clock.advance(0);
    let closed = false;
    const closing = queue.close(5000).then(() => {
      closed = true;
    });
    queue.wake('rooms', 'c');
    await clock.advance(4000);
    expect(closed).toBe(false);
    await finish('a');
    expect(closed).toBe(true);
    await clock.advance(60_000);
    expect(begun).toEqual(['a']);
    expect(clock.pending()).toBe(0);
    await Promise.all([closing, queue.close(5000)]);
  });

  it('ends without a handler that takes too long', async () => {
    const { queue, clock, work } = bench(open);
    work('rooms');
    queue.wake('rooms', 'a');
    await clock.advance(0);
    const closing = queue.close(5000);
    await clock.advance(5000);
    await closing;
  });

  it('tries nothing again that failed before or during the closing', async () => {
    const { queue, clock, work } = bench(open);
    const { begun, finish } = work('rooms', { concurrency: 2 });
    for (const key of ['a', 'b']) queue.wake('rooms', key);
    await clock.advance(0);
    await finish('a', failure);
    const closing = queue.close(5000);
    await finish('b', failure);
    await closing;
    expect(clock.pending()).toBe(0);
    await clock.advance(60_000);
    expect(begun).toEqual(['a', 'b']);
  });

  it('closes at once when nothing runs', async () => {
    const { queue } = bench(open);
    queue.wake('rooms', 'a');
    await queue.close(5000);
  });
}
