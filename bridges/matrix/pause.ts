import type { Clock } from '../../src/ports/clock.ts';

const firstMs = 100;
const longestMs = 10_000;

/** How long to wait after the `tries`th failure: growing, spread, and at least as long as the homeserver asks for. */
export function pauseBefore(tries: number, askedMs: number | null, random: () => number = Math.random): number {
  const grown = Math.min(longestMs, firstMs * 2 ** (tries - 1));
  return Math.max(askedMs ?? 0, Math.round(grown * (0.5 + random() / 2)));
}

/** Waits so long, or until one of these is aborted. */
export function pauseFor(clock: Clock, ms: number, ...ends: readonly AbortSignal[]): Promise<void> {
  return new Promise(resolve => {
    if (ends.some(end => end.aborted)) return resolve();
    const done = () => {
      cancel();
      for (const end of ends) end.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    for (const end of ends) end.addEventListener('abort', done);
  });
}
