import type { Log } from '../../ports/log.ts';
import type { RedisClient } from '../../redis/connect.ts';

const everyMs = 2_000;
/** Whoever looks up what is to be done may die of it: then somebody else does. As long as it lives it says so. */
const claimSeconds = 15;
const renewMs = 5_000;

/**
 * Notices that Redis was flushed, or came back empty: a mark is gone. One process after the other is told until one of them has done what is to be done
 * then; only that leaves the mark there to stay. It is also gone at the very first start, and where a process starts before the others have noticed.
 */
export function watchMemory(given: {
  readonly client: RedisClient;
  readonly key: string;
  readonly log: Log;
  readonly onForgotten: () => Promise<void>;
}): { stop(): void } {
  const { client, key, log, onForgotten } = given;
  let looking = false;

  async function look(): Promise<void> {
    if ((await client.set(key, 'looking', 'EX', claimSeconds, 'NX')) !== 'OK') return;
    // Redis is away: the claim ends, and somebody looks once more.
    const renewing = setInterval(() => void client.expire(key, claimSeconds).catch(() => undefined), renewMs);
    try {
      await onForgotten();
      // Only where the claim is still there: what was flushed meanwhile is to be looked up again.
      await client.set(key, 'known', 'XX');
    } catch (error) {
      log.warn({ err: error }, 'Not all that has to be done could be looked up; it is tried again.');
      await client.del(key);
    } finally {
      clearInterval(renewing);
    }
  }

  function lookAgain(): void {
    if (looking) return;
    looking = true;
    // Redis is away: the next look finds out what it still knows.
    look()
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }

  const timer = setInterval(lookAgain, everyMs);
  timer.unref();
  lookAgain();
  return { stop: () => clearInterval(timer) };
}
