import type { Clock } from './clock.ts';

/** Resolves when the work has ended, well or not, and after `ms` at the latest. */
export function atMost(ms: number, work: Promise<unknown>, clock: Pick<Clock, 'after'>): Promise<void> {
  return new Promise(resolve => {
    const cancel = clock.after(ms, resolve);
    const ended = (): void => {
      cancel();
      resolve();
    };
    work.then(ended, ended);
  });
}
