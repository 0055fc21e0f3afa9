import { describe, expect, it } from 'vitest';
import { Random } from '../crash/random.ts';
import { type PlanOptions, planRounds } from './plan.ts';

const options: PlanOptions = { rounds: 30, bridges: 2, workers: 4 };
const plan = (seed: number, more: Partial<PlanOptions> = {}) => planRounds(new Random(seed), { ...options, ...more });

describe('the plan of the chaos suite', () => {
  it('is the same again for the same seed, and another for another', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(7)).not.toEqual(plan(8));
  });

  it('does everything to everything within thirty rounds', () => {
    const done = new Set(plan(1).flatMap(({ mishaps }) => mishaps.map(({ target, way }) => `${way} ${target}`)));
    expect(done.size).toBe(35);
  });

  it('has one or two mishaps in each round, each of them over within fifteen seconds', () => {
    for (const { mishaps } of plan(3, { rounds: 200 })) {
      expect([1, 2]).toContain(mishaps.length);
      for (const { afterMs, lastsMs } of mishaps) expect(afterMs + lastsMs).toBeLessThan(15_000);
    }
  });

  it('never does two things to the same at once', () => {
    const pairs = plan(4, { rounds: 500 }).filter(({ mishaps }) => mishaps.length === 2);
    for (const { mishaps } of pairs) expect(new Set(mishaps.map(({ target, nth }) => `${target} ${nth}`)).size).toBe(2);
  });

  it('freezes processes of Parley for so long that they are given up, too', () => {
    const freezes = plan(5, { rounds: 300 }).flatMap(({ mishaps }) => mishaps.filter(({ way }) => way === 'freeze'));
    expect(freezes.some(({ target, lastsMs }) => target === 'worker' && lastsMs > 8_000)).toBe(true);
    expect(freezes.every(({ target, lastsMs }) => lastsMs < 8_000 || target === 'worker' || target === 'bridge')).toBe(
      true,
    );
  });

  it('leaves out what is not allowed', () => {
    const only = plan(2, { allows: (target, way) => target === 'worker' && way === 'kill' });
    for (const { mishaps } of only)
      for (const one of mishaps) expect([one.target, one.way]).toEqual(['worker', 'kill']);
    expect(() => plan(2, { allows: () => false })).toThrow('empty');
  });
});
