import type { Progress } from './progress.ts';

const everyMs = 5_000;

/** Tells now and then how many documents there are so far. */
export function countLine(progress: Progress, now: () => number = Date.now): (count: number) => void {
  let toldAt = now();
  return count => {
    if (now() - toldAt < everyMs) return;
    toldAt = now();
    progress.info(`${count} ${count === 1 ? 'document' : 'documents'} so far`);
  };
}

export const totalOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
