import type { Log } from '../../ports/log.ts';
import type { RedisClient } from '../../redis/connect.ts';
import { type Keys, partitions } from './streams.ts';

/** A key holds something else than it should, or a stream has had an entry with the last id that there is: nothing can ever be added to it. */
export const isSpoiled = (error: unknown): boolean => /WRONGTYPE|exhausted the last/.test(String(error));

const removeScript = `
local removed = {}
for at, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key)['ok']
  local spoiled = kind ~= 'none' and kind ~= ARGV[at]
  if kind == 'stream' and not spoiled then
    local about = redis.call('XINFO', 'STREAM', key)
    for field = 1, #about, 2 do
      if about[field] == 'last-generated-id' then spoiled = about[field + 1] == '18446744073709551615-18446744073709551615' end
    end
  end
  if spoiled then
    redis.call('DEL', key)
    removed[#removed + 1] = key
  end
end
return removed
`;

/**
 * Removes what can't be used any more of the keys of the bus, and of these groups: somebody else has written there. What stood in it is missed, as with a
 * Redis that was flushed; else all that comes would be. Never rejects.
 */
export async function removeSpoiled(
  given: { readonly client: RedisClient; readonly keys: Keys; readonly log: Log },
  groups: readonly string[] = [],
): Promise<void> {
  const { client, keys, log } = given;
  const streams = Array.from({ length: partitions }, (_, number) => [keys.stream(number), 'stream'] as const);
  const leases = groups.flatMap(group => [
    [keys.members(group), 'zset'] as const,
    [keys.owners(group), 'hash'] as const,
  ]);
  const all = [...streams, ...leases];
  const names = all.map(([name]) => name);
  const kinds = all.map(([, kind]) => kind);
  try {
    const removed = (await client.eval(removeScript, names.length, ...names, ...kinds)) as string[];
    if (removed.length > 0)
      log.error(
        { removed },
        'Somebody else has written to the keys of events in Redis; what can’t be used was removed.',
      );
  } catch {
    // Redis is away, too: whoever comes across it next tries again.
  }
}
