import type { Clock } from './ports/clock.ts';

/** The longest time that setTimeout takes; anything longer would fire at once. */
const longestTimeout = 2 ** 31 - 1;

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      const step = Math.min(left, longestTimeout);
      timer = setTimeout(() => (left > step ? wait(left - step) : run()), step);
      timer.unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};
