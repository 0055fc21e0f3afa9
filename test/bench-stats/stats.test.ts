import { describe, expect, it } from 'vitest';
import { median, quantile, ratio, summary } from '../bench/stats.ts';

describe('the statistics of the benchmarks', () => {
  it('takes the middle of an odd number and the mean of the two middle ones of an even number', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([1, 9, 5, 3])).toBe(4);
  });

  it('changes nothing of what it was given', () => {
    const samples = [3, 1, 2];
    summary(samples);
    expect(samples).toEqual([3, 1, 2]);
  });

  it('keeps outliers: one among a hundred shows at p99', () => {
    const samples = [...Array.from({ length: 99 }, () => 10), 1000];
    expect(median(samples)).toBe(10);
    expect(quantile(samples, 0.99)).toBeCloseTo(19.9);
    expect(quantile(samples, 1)).toBe(1000);
  });

  it('is the one sample where there is one, and refuses none', () => {
    expect(summary([7])).toEqual({ count: 1, median: 7, p99: 7 });
    expect(() => summary([])).toThrow('no samples');
  });

  it('gives ratios of ours to theirs', () => {
    expect(ratio([20, 20, 20], [10, 10, 10])).toEqual({ median: 2, p99: 2 });
  });
});
