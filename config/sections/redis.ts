import { z } from 'zod';
import { about } from '../about.ts';
import { reference } from './reference.ts';

/** Several servers stand one after another: `redis://:secret@one:26379,two:26379/0`. */
const address = /^rediss?:\/\/(?:[^@/\s]*@)?[^@/,\s]+(?:,[^@/,\s]+)*(?:\/\d*)?$/;

export const redisSection = z
  .strictObject({
    url: z
      .string()
      .regex(address, 'an address such as redis://user:password@redis.internal:6379, or rediss:// for TLS')
      .nullable()
      .default(null)
      .register(about, {
        description:
          'Where Redis is: redis://user:password@host:port/database, with rediss:// for TLS; sentinels and nodes of a cluster are parted by ' +
          'commas. A sign such as @ or / in a password is written as %40 or %2F. Unset: all work stays in this process.',
        env: 'REDIS_URL',
        example: 'redis://redis.internal:6379',
      }),
    mode: z.enum(['single', 'sentinel', 'cluster']).default('single').register(about, {
      description: 'What answers there: one server, sentinels that know the server, or nodes of a cluster.',
      env: 'REDIS_MODE',
    }),
    sentinelName: z.string().min(1).max(200).default('mymaster').register(about, {
      description: 'What the sentinels call the servers.',
      env: 'REDIS_SENTINEL_NAME',
    }),
    sentinelPassword: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .register(about, {
        description: 'The password of the sentinels themselves, where they have one.',
        env: 'REDIS_SENTINEL_PASSWORD',
        example: reference('REDIS_SENTINEL_PASSWORD'),
      }),
    prefix: z
      .string()
      .regex(/^[\w.:-]{1,64}$/, 'letters, digits, dots, colons and dashes, at most 64')
      .default('parley')
      .register(about, {
        description: 'What all keys begin with: another one for each installation that shares a Redis.',
        env: 'REDIS_PREFIX',
      }),
  })
  .prefault({})
  .register(about, {
    description:
      'Redis, which work and events go through where Parley runs in several processes. Nothing is lost with it.',
  });
