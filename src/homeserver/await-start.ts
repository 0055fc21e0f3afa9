import { untilReady } from './readiness.ts';
import type { HomeserverOptions } from './running-homeserver.ts';

/** In milliseconds. */
export interface Patience {
  readonly limitMs: number;
  readonly heartbeatMs: number;
  readonly intervalMs: number;
}

/** A small or busy machine takes minutes for what else takes seconds; a start that ends by itself is noticed at once. */
const usual: Patience = { limitMs: 5 * 60_000, heartbeatMs: 15_000, intervalMs: 40 };

/**
 * Waits until a homeserver that was just started answers, and says in between that it still starts. Gives undefined then, and what was
 * wrong with the last try when the time is over. Rejects with the signal's reason.
 */
export async function awaitStart(
  url: string,
  { progress, signal }: Pick<HomeserverOptions, 'progress' | 'signal'>,
  { limitMs, heartbeatMs, intervalMs }: Patience = usual,
): Promise<string | undefined> {
  const begun = Date.now();
  const passed = (): string => `${Math.round((Date.now() - begun) / 1000)} s`;
  const heartbeat = setInterval(() => progress(`Still starting (${passed()})`), heartbeatMs);
  try {
    const problem = await untilReady(url, { limitMs, intervalMs, signal });
    return problem === undefined ? undefined : `it did not answer within ${passed()} (${problem})`;
  } finally {
    clearInterval(heartbeat);
  }
}
