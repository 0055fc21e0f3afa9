import { randomUUID } from 'node:crypto';
import type { RedisAddress } from '../../src/redis/address.ts';

/** The Redis of the tests, or that one, with keys of one's own. */
export const redisAddress = (url = process.env.REDIS_TEST_URL ?? ''): RedisAddress => ({
  url,
  mode: 'single',
  sentinelName: 'mymaster',
  sentinelPassword: null,
  prefix: `test-${randomUUID()}`,
});
