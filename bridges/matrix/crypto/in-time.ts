import type { Clock } from '../../../src/ports/clock.ts';

/** The longest that one event may hold up those behind it. */
const patienceMs = 8_000;

/** The result of some work, as long as it does not take too long; the work goes on. */
export function inTime<T>(clock: Clock, work: Promise<T>, ms = patienceMs): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = clock.after(ms, () => reject(new Error('It took too long.')));
  return Promise.race([work, promise]).finally(cancel);
}
