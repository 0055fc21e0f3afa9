import { setTimeout as sleep } from 'node:timers/promises';
import { ParleyError } from '../core/errors.ts';
import type { RedisAddress } from './address.ts';
import { openRedis, problemOf, type RedisClient } from './connect.ts';
import { placeOf } from './locate.ts';

export interface RedisFacts {
  /** For people: `Redis 7.0.15 at redis.internal:6379`. */
  readonly detail: string;
  /** What to do, where something is not as it should be; Parley works all the same. */
  readonly warnings: readonly string[];
}

const patienceMs = 8_000;
const oldest = [6, 2] as const;

/** Looks at Redis. Rejects with `REDIS_*`; no error shows a password. */
export async function inspectRedis(address: RedisAddress): Promise<RedisFacts> {
  const place = placeOf(address);
  const seen: Error[] = [];
  const client = openRedis(address, 'once');
  client.on('error', error => seen.push(error));
  try {
    const info = await Promise.race([client.info(), sleep(patienceMs, null, { ref: false })]);
    if (info === null) throw new Error('ETIMEDOUT');
    return await factsOf(client, info, place);
  } catch (error) {
    throw error instanceof ParleyError ? error : explain([error, ...seen], place);
  } finally {
    client.disconnect();
  }
}

async function factsOf(client: RedisClient, info: string, place: string): Promise<RedisFacts> {
  const version = /^redis_version:(\d+)\.(\d+)\S*/m.exec(info);
  const text = version?.[0].slice('redis_version:'.length) ?? 'of an unknown version';
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (version !== null && (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))) {
    throw new ParleyError(
      'REDIS_UNFIT',
      `Redis ${text} at ${place} is too old. Update it to ${oldest.join('.')} or newer.`,
    );
  }
  await client.set('{parley}:check', '1', 'PX', 1_000);
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const forgets = policy !== undefined && policy !== 'noeviction';
  const warning = `Redis at ${place} may throw away what it holds (maxmemory-policy ${policy}): work is then found again only after a while. Set it to noeviction.`;
  return { detail: `Redis ${text} at ${place}`, warnings: forgets ? [warning] : [] };
}

function explain(errors: readonly unknown[], place: string): ParleyError {
  const words = errors.map(error => `${error instanceof Error ? error.message : error} ${causesOf(error)}`).join('\n');
  const [cause] = errors;
  if (/WRONGPASS|NOAUTH|invalid (?:username-)?password|without any password/i.test(words)) {
    return new ParleyError(
      'REDIS_REFUSED',
      `Redis at ${place} does not accept the user or password. Correct REDIS_URL.`,
    );
  }
  if (/NOPERM/.test(words)) {
    const what =
      'does not let its user do what Parley needs. Give the user all commands on keys that begin with the prefix.';
    return new ParleyError('REDIS_REFUSED', `Redis at ${place} ${what}`);
  }
  if (/Protocol error/i.test(words)) {
    return new ParleyError('REDIS_UNFIT', `What answers at ${place} is no Redis. Correct REDIS_URL.`);
  }
  const message = `Redis at ${place} does not answer (${problemOf(cause)}). Start it, or correct REDIS_URL; rediss:// is for TLS only.`;
  return new ParleyError('REDIS_UNREACHABLE', message, { retry: true });
}

/** ioredis keeps what its nodes said beside the message. */
function causesOf(error: unknown): string {
  const { lastNodeError, cause } = (error ?? {}) as { readonly lastNodeError?: unknown; readonly cause?: unknown };
  return [lastNodeError, cause].map(one => (one instanceof Error ? one.message : '')).join(' ');
}
