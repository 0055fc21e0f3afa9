import { expect, it } from 'vitest';
import { bench, failure, type OpenQueue } from './bench.ts';

/** How a queue ends. */
export function closingContract(open: OpenQueue): void {
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
    const before = finish('a', failure);
    if (open.realTime !== true) await before;
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
