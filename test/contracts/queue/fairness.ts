import { expect, it } from 'vitest';
import { bench, type OpenQueue } from './bench.ts';

/** Who comes when, and how many run beside each other. */
export function fairnessContract(open: OpenQueue): void {
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
    await clock.advance(0);
    for (const key of ['busy', 'a', 'b', 'busy']) await finish(key);
    expect(begun).toEqual(['busy', 'a', 'b', 'busy']);
  });

  it('takes very many keys in order, quickly', { timeout: 20_000 }, async () => {
    const { queue } = bench(open);
    const seen: number[] = [];
    const keys = Array.from({ length: open.realTime === true ? 5_000 : 100_000 }, (_, key) => key);
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
    if (open.realTime !== true) return expect(seen).toEqual(keys);
    // What is handed out together may begin in another order.
    expect(seen.toSorted((one, other) => one - other)).toEqual(keys);
    for (const [place, key] of seen.entries()) expect(Math.abs(key - place)).toBeLessThan(200);
  });
}
