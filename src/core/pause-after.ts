const shortestPause = 100;
const longestPause = 30_000;

/** Milliseconds to wait after so many failures in a row: 0.1 s, 0.2 s, 0.4 s, … 30 s. */
export const pauseAfter = (failures: number): number => Math.min(longestPause, shortestPause * 2 ** (failures - 1));
