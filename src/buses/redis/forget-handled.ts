import type { RedisClient } from '../../redis/connect.ts';
import { type Keys, partitions } from './streams.ts';

/** Long enough for those that hear beside the groups, and leave no trace of how far they are. */
const keptMs = 600_000;
const everyMs = 600_000;

/**
 * Takes out of each stream what is older than `ARGV[1]` milliseconds and was handled by every group: it names people, who may be forgotten
 * meanwhile. What a group has begun with, or never got, stays.
 */
const forgetScript = `
local time = redis.call('TIME')
local function parts(id)
  local ms, count = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(count)
end
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then
    local ms, count = time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[1], 0
    for _, fields in ipairs(redis.call('XINFO', 'GROUPS', key)) do
      local group = {}
      for at = 1, #fields, 2 do group[fields[at]] = fields[at + 1] end
      local fromMs, fromCount
      if group.pending > 0 then
        fromMs, fromCount = parts(redis.call('XPENDING', key, group.name)[2])
      else
        fromMs, fromCount = parts(group['last-delivered-id'])
        fromCount = fromCount + 1
      end
      if fromMs < ms or (fromMs == ms and fromCount < count) then ms, count = fromMs, fromCount end
    end
    redis.call('XTRIM', key, 'MINID', string.format('%.0f-%.0f', ms, count))
  end
end
return true
`;

/** Forgets once what all groups have handled, and what is older than so many milliseconds. */
export async function forgetOnce(client: RedisClient, keys: Keys, olderThanMs: number): Promise<void> {
  const streams = Array.from({ length: partitions }, (_, number) => keys.stream(number));
  await client.eval(forgetScript, streams.length, ...streams, olderThanMs);
}

/** Forgets now and then what was handled; while Redis is away nothing is forgotten. Gives how to end it. */
export function forgetHandled(client: RedisClient, keys: Keys): () => void {
  const timer = setInterval(() => void forgetOnce(client, keys, keptMs).catch(() => undefined), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
