import { describe, expect, it, onTestFinished } from 'vitest';
import { makeDoubt } from '../../../src/orchestrator/reconcile/doubt.ts';
import { heldClock } from '../../fakes/clock.ts';

/** Looks that find what the test says. */
function scene(found: () => number | null | Promise<number | null> = () => 0) {
  const clock = heldClock();
  const doubt = makeDoubt(clock);
  onTestFinished(doubt.stop);
  let looks = 0;
  const raise = () =>
    doubt.raise(async () => {
      looks += 1;
      return found();
    });
  return { clock, doubt, raise, looks: () => looks };
}

describe('signs of lost messages', () => {
  it('are looked up each time as long as something is found', async () => {
    const { raise, looks } = scene(() => 1);
    for (let n = 0; n < 20; n += 1) await raise();
    expect(looks()).toBe(20);
  });

  it('are looked up more and more seldom where they mean nothing', async () => {
    const { clock, raise, looks } = scene();
    for (let second = 0; second < 12 * 3_600; second += 60) {
      void raise();
      await clock.advance(60_000);
    }
    // One every half an hour.
    expect(looks()).toBeGreaterThan(22);
    expect(looks()).toBeLessThan(40);
  });

  it('that come during a rest are looked up at its end, all together', async () => {
    const { clock, raise, looks } = scene();
    for (let n = 0; n < 10; n += 1) await raise();
    expect(looks()).toBe(3);
    await clock.advance(10_000);
    expect(looks()).toBe(4);
    await clock.advance(3_600_000);
    expect(looks()).toBe(4);
  });

  it('have one look at a time, and one behind it for all that come meanwhile', async () => {
    const held: ((found: number) => void)[] = [];
    const { clock, raise, looks } = scene(() => new Promise<number>(resolve => held.push(resolve)));
    for (let n = 0; n < 5; n += 1) void raise();
    await clock.advance(0);
    expect(looks()).toBe(1);
    held[0]?.(1);
    await clock.advance(0);
    expect(looks()).toBe(2);
    held[1]?.(0);
    await clock.advance(0);
    expect(looks()).toBe(2);
  });

  it('count for nothing where somebody else has looked', async () => {
    const { raise, looks } = scene(() => null);
    for (let n = 0; n < 10; n += 1) await raise();
    expect(looks()).toBe(10);
  });

  it('are looked up at once again after an hour without one', async () => {
    const { clock, raise, looks } = scene();
    for (let n = 0; n < 8; n += 1) {
      await raise();
      await clock.advance(60_000);
    }
    const before = looks();
    await clock.advance(2 * 3_600_000);
    for (let n = 0; n < 3; n += 1) await raise();
    expect(looks() - before).toBeGreaterThanOrEqual(3);
  });
});
