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

  it('does everything to each process and server within thirty rounds', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const all = plan(seed).flatMap(({ mishaps }) => mishaps.map(({ target, nth, way }) => `${way} ${target} ${nth}`));
      expect(new Set(all).size).toBe(3 * 7 + 6 * 7);
    }
  });

  it('has two or three mishaps in each round, each of them over within fifteen seconds', () => {
    for (const { mishaps } of plan(3, { rounds: 200 })) {
      expect([2, 3]).toContain(mishaps.length);
      for (const { afterMs, lastsMs } of mishaps) expect(afterMs + lastsMs).toBeLessThan(15_000);
    }
  });

  it('never does two things to the same at once', () => {
    for (const { mishaps } of plan(4, { rounds: 500 }))
      expect(new Set(mishaps.map(({ target, nth }) => `${target} ${nth}`)).size).toBe(mishaps.length);
  });

  it('freezes processes of Parley for so long that they are given up, too', () => {
    const freezes = plan(5, { rounds: 300 }).flatMap(({ mishaps }) => mishaps.filter(({ way }) => way === 'freeze'));
    expect(freezes.some(({ target, lastsMs }) => target === 'worker' && lastsMs > 8_000)).toBe(true);
    const always = freezes.filter(({ target }) => target === 'mongodb' || target === 'synapse');
    expect(always.every(({ lastsMs }) => lastsMs < 8_000)).toBe(true);
  });

  it('takes Redis away for so long that work goes on without it, too', () => {
    const away = plan(6, { rounds: 300 }).flatMap(({ mishaps }) => mishaps.filter(({ target }) => target === 'redis'));
    for (const wanted of ['kill', 'freeze', 'disconnect'])
      expect(away.some(({ way, lastsMs }) => way === wanted && lastsMs > 5_000)).toBe(true);
    expect(away.some(({ way, lastsMs }) => way === 'kill' && lastsMs < 2_000)).toBe(true);
  });

  it('leaves out what is not allowed', () => {
    const only = plan(2, { allows: (target, way) => target === 'worker' && way === 'kill' });
    for (const { mishaps } of only)
      for (const one of mishaps) expect([one.target, one.way]).toEqual(['worker', 'kill']);
    for (const { mishaps } of plan(2, { allows: (_, way) => way === 'flush' })) expect(mishaps).toHaveLength(1);
    expect(() => plan(2, { allows: () => false })).toThrow('empty');
  });
});
