import { expect, it } from 'vitest';
import { bench, failure, type OpenQueue } from './bench.ts';

/** What a queue does with handlers that fail. */
export function failingContract(open: OpenQueue): void {
  it('tries again after pauses that double from 0.1 s to 30 s, then gives up', async () => {
    const { queue, clock, work, failAndWait } = bench(open);
    const all = [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30_000, 30_000];
    const pauses = open.realTime === true ? all.slice(0, 4) : all;
    const rooms = work('rooms', { attempts: pauses.length + 1 });
    const { begun, givenUp, finish } = rooms;
    queue.wake('rooms', 'a');
    await clock.advance(0);
    for (const [failed, pause] of pauses.entries()) {
      await failAndWait(rooms, 'a', pause, () => expect(begun).toHaveLength(failed + 1));
      expect(begun).toHaveLength(failed + 2);
    }
    expect(givenUp).toEqual([]);
    await finish('a', failure);
    expect(givenUp).toEqual(['a']);
    await clock.advance(3_600_000);
    expect(begun).toHaveLength(pauses.length + 1);
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
    const { queue, clock, work, failAndWait } = bench(open);
    const rooms = work('rooms');
    const { begun, running, finish } = rooms;
    for (const key of ['bad', 'good']) queue.wake('rooms', key);
    await clock.advance(0);
    await failAndWait(rooms, 'bad', 100, () => {
      for (let times = 0; times < 2; times += 1) queue.wake('rooms', 'bad');
    });
    expect(running()).toEqual(['good']);
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
