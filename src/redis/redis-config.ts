import { z } from 'zod';

/** Several servers stand one after another: `redis://:secret@one:26379,two:26379/0`. */
const address = /^rediss?:\/\/(?:[^@/\s]*@)?[^@/,\s]+(?:,[^@/,\s]+)*(?:\/\d*)?$/;

/** How Redis is reached. */
export const redisConfigSchema = z.strictObject({
  url: z
    .string()
    .regex(address, 'an address such as redis://user:password@redis.internal:6379, or rediss:// for TLS')
    .nullable()
    .default(null),
  mode: z.enum(['single', 'sentinel', 'cluster']).default('single'),
  sentinelName: z.string().min(1).max(200).default('mymaster'),
  sentinelPassword: z.string().min(1).nullable().default(null),
  prefix: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, 'letters, digits, dots, colons and dashes, at most 64')
    .default('parley'),
});

export type RedisConfig = z.output<typeof redisConfigSchema>;
/** The same where Redis is used at all. */
export type RedisAddress = RedisConfig & { readonly url: string };
