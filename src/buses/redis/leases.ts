import type { RedisClient } from '../../redis/connect.ts';
import { type Keys, partitions } from './streams.ts';

/** How long a process counts as alive after it last said so. */
export const leaseMs = 6_000;
export const beatMs = 1_500;

/**
 * Says that this process lives, gives back `ARGV[4…]`, and takes partitions that nobody holds, up to its fair share. A process that
 * has not said so for too long is forgotten with all that it held; so is one that was to live for longer than anybody may, by a clock that was
 * ahead. Gives the share and what it holds.
 */
const beatScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token, lease, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for _, one in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now + lease), '+inf')) do
  redis.call('ZADD', KEYS[1], now + lease, one)
end
redis.call('ZADD', KEYS[1], now + lease, token)
for i = 4, #ARGV do
  if redis.call('HGET', KEYS[2], ARGV[i]) == token then redis.call('HDEL', KEYS[2], ARGV[i]) end
end
local share = math.ceil(count / redis.call('ZCARD', KEYS[1]))
local held, free = {}, {}
for p = 0, count - 1 do
  local owner = redis.call('HGET', KEYS[2], p)
  if owner == token then
    held[#held + 1] = p
  elseif not owner or not redis.call('ZSCORE', KEYS[1], owner) then
    free[#free + 1] = p
  end
end
for _, p in ipairs(free) do
  if #held < share then
    redis.call('HSET', KEYS[2], p, token)
    held[#held + 1] = p
  end
end
redis.call('PEXPIRE', KEYS[1], lease * 20)
redis.call('PEXPIRE', KEYS[2], lease * 20)
return { share, unpack(held) }
`;

const leaveScript = `
for p = 0, tonumber(ARGV[2]) - 1 do
  if redis.call('HGET', KEYS[2], p) == ARGV[1] then redis.call('HDEL', KEYS[2], p) end
end
return redis.call('ZREM', KEYS[1], ARGV[1])
`;

export interface Beat {
  /** How many partitions each process should have. */
  readonly share: number;
  readonly held: readonly number[];
}

/** Which partitions of a group this process reads. */
export interface Leases {
  beat(givenBack: readonly number[]): Promise<Beat>;
  leave(): Promise<void>;
}

export function leasesOf(
  client: RedisClient,
  { keys, group, token }: { keys: Keys; group: string; token: string },
): Leases {
  const names = [keys.members(group), keys.owners(group)];
  return {
    async beat(givenBack) {
      const given = [token, leaseMs, partitions, ...givenBack];
      const answer = (await client.eval(beatScript, names.length, ...names, ...given)) as number[];
      const [share = partitions, ...held] = answer.map(Number);
      return { share, held };
    },
    async leave() {
      await client.eval(leaveScript, names.length, ...names, token, partitions);
    },
  };
}
