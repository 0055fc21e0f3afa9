import { randomUUID } from 'node:crypto';
import type { Log } from '../../ports/log.ts';
import type { RedisClient } from '../../redis/connect.ts';

const everyMs = 2_000;
/** Whoever looks up what is to be done may die of it: then somebody else does. As long as it lives it says so. */
const claimSeconds = 15;
const renewMs = 5_000;

/**
 * Claims the look where nobody else has it, and nobody has looked since this server began. Gives which run of a server it is, or nothing where
 * there is nothing to do. Who has it already gets it again: an answer may have been lost. A server that does not tell counts as one that
 * never ends.
 */
const claimScript = `
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
local mark = redis.call('GET', KEYS[1])
local mine = 'looking ' .. ARGV[2]
if mark == 'known ' .. run then return false end
if mark and mark ~= mine and string.sub(mark, 1, 7) == 'looking' then return false end
redis.call('SET', KEYS[1], mine, 'EX', ARGV[1])
return run
`;

/**
 * Notices that Redis was flushed, came back empty or with what it held some time ago, or that another server goes on in its place, which may lack the
 * last of it: a mark is gone, or tells of another run. One process after the other is told until one of them has done what is to be done
 * then; only that leaves the mark there to stay. It is also gone at the very first start, and where a process starts before the others have noticed.
 */
export function watchMemory(given: {
  readonly client: RedisClient;
  readonly key: string;
  readonly log: Log;
  readonly onForgotten: () => Promise<void>;
  /** Hears whether Redis answered. */
  readonly heard?: (answered: boolean) => void;
}): { stop(): void } {
  const { client, key, log, onForgotten, heard = () => undefined } = given;
  const self = randomUUID();
  let looking = false;

  async function ask(): Promise<unknown> {
    try {
      const run = await client.eval(claimScript, 1, key, claimSeconds, self);
      heard(true);
      return run;
    } catch (error) {
      heard(false);
      throw error;
    }
  }

  async function look(): Promise<void> {
    const run = await ask();
    if (typeof run !== 'string') return;
    // Redis is away: the claim ends, and somebody looks once more.
    const renew = (): Promise<void> =>
      client.expire(key, claimSeconds).then(
        () => heard(true),
        () => heard(false),
      );
    const renewing = setInterval(() => void renew(), renewMs);
    try {
      await onForgotten();
      // Only where the claim is still there: what was flushed meanwhile is to be looked up again.
      await client.set(key, `known ${run}`, 'XX');
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
