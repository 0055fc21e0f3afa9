import { expect, it } from 'vitest';
import { bench, type OpenQueue, type Worker } from './bench.ts';

/** How a queue takes wake-ups. */
export function wakingContract(open: OpenQueue): void {
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
