/** What a benchmark says of its samples. No sample is left out. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
}

/** The value below which the share `p` (0 to 1) of the samples lies, between two samples by their distance. */
export function quantile(samples: readonly number[], p: number): number {
  if (samples.length === 0) throw new Error('no samples');
  const sorted = samples.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * p;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export const summary = (samples: readonly number[]): Summary => ({
  count: samples.length,
  median: median(samples),
  p99: quantile(samples, 0.99),
});

/** How much larger `ours` is than `theirs`, at the median and at p99. */
export function ratio(ours: readonly number[], theirs: readonly number[]): { median: number; p99: number } {
  const [a, b] = [summary(ours), summary(theirs)];
  return { median: a.median / b.median, p99: a.p99 / b.p99 };
}
