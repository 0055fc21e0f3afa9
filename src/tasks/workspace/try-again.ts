import { isParleyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** How long is waited between two tries, in milliseconds. */
const pausesMs = [500, 2_000];
const [roomAgainMs, mostLooks] = [3_000, 20];

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

/** Looks for a place again for a minute, where there are as many workspaces as there may be. */
export async function whenThereIsRoom<T>(clock: Clock, signal: AbortSignal, open: () => Promise<T>): Promise<T> {
  for (let left = mostLooks; left > 1; left -= 1) {
    try {
      return await open();
    } catch (error) {
      if (!isParleyError(error, 'SANDBOX_FULL')) throw error;
    }
    await pause(clock, signal, roomAgainMs);
  }
  return open();
}

async function pause(clock: Clock, signal: AbortSignal, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const cancel = clock.after(ms, over.resolve);
  signal.addEventListener('abort', () => over.resolve(), { once: true });
  await over.promise;
  cancel();
  signal.throwIfAborted();
}
