import type { Clock } from '../ports/clock.ts';

const patienceMs = 2_000;

/** What `work` gives; `otherwise`, where it fails or takes longer than those who watch wait. */
export function inTime<T>(work: Promise<T>, { otherwise, clock }: { otherwise: T; clock: Clock }): Promise<T> {
  const late = Promise.withResolvers<T>();
  const cancel = clock.after(patienceMs, () => late.resolve(otherwise));
  return Promise.race([work.catch(() => otherwise), late.promise]).finally(cancel);
}
