import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareOf } from '../../src/core/share.ts';

const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 });

describe('keys that are divided among several', () => {
  it('have one owner, whoever asks', () => {
    fc.assert(
      fc.property(names, fc.string(), (all, key) => {
        const owner = shareOf(all, key);
        expect(all).toContain(owner);
        expect(shareOf(all.toReversed(), key)).toBe(owner);
      }),
    );
    expect(shareOf([], 'a')).toBeUndefined();
  });

  it('stay where they are when another one ends', () => {
    fc.assert(
      fc.property(names, fc.string(), fc.nat(), (all, key, nth) => {
        const ended = all[nth % all.length];
        const owner = shareOf(all, key);
        const left = all.filter(name => name !== ended);
        if (owner !== ended) expect(shareOf(left, key)).toBe(owner);
      }),
    );
  });

  it('are divided evenly, also where names and keys look much the same', () => {
    const workers = ['host-101-1f0a', 'host-102-1f0a', 'host-103-1f0a', 'host-104-1f0a'];
    const counts = new Map(workers.map(name => [name, 0]));
    for (let room = 0; room < 4_000; room += 1) {
      const owner = shareOf(workers, `matrix:!room${room}:example.org`) ?? '';
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
