import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/system-clock.ts';
import type { HeldClock } from './clock.ts';

/** What needs the network, but no time, has happened after this. */
const networkMs = 250;
/** Nobody waits for minutes: what has not happened by then does not happen. */
const longestMs = 2_000;

/** The time of the machine for tests of a server that keeps time by itself: to move the clock is to wait. */
export const realTime = (): HeldClock => ({
  ...systemClock,
  async advance(ms) {
    await sleep(Math.min(ms, longestMs) + networkMs);
  },
  pending: () => 0,
});
