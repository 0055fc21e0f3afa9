import { isParleyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** How long is waited between two tries, in milliseconds. */
const pausesMs = [500, 2_000];

/** Does again, a few times, what may be repeated and broke off because its workspace ended. Rejects with the last error, or the reason of the signal. */
export async function tryAgain<T>(clock: Clock, signal: AbortSignal, doing: () => Promise<T>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await doing();
    } catch (error) {
      signal.throwIfAborted();
      if (!isParleyError(error, 'WORKSPACE_LOST')) throw error;
    }
    await pause(clock, signal, pauseMs);
  }
  return doing();
}

async function pause(clock: Clock, signal: AbortSignal, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const cancel = clock.after(ms, over.resolve);
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  await over.promise;
  cancel();
  signal.throwIfAborted();
}
