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
    return await factsOf(client, info, address);
  } catch (error) {
    throw error instanceof ParleyError ? error : explain([error, ...seen], place);
  } finally {
    client.disconnect();
  }
}

async function factsOf(client: RedisClient, info: string, address: RedisAddress): Promise<RedisFacts> {
  const place = placeOf(address);
  const version = /^redis_version:(\d+)\.(\d+)\S*/m.exec(info);
  const text = version?.[0].slice('redis_version:'.length) ?? 'of an unknown version';
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (version !== null && (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))) {
    throw new ParleyError(
      'REDIS_UNFIT',
      `Redis ${text} at ${place} is too old. Update it to ${oldest.join('.')} or newer.`,
    );
  }
  const own = `{${address.prefix}}:`;
  await client.set(`${own}check`, '1', 'PX', 1_000);
  const warnings = [...mayForget(info, place), ...(await mayNotShare(client, own))];
  return { detail: `Redis ${text} at ${place}`, warnings };
}

function mayForget(info: string, place: string): string[] {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return [];
  return [
    `Redis at ${place} may throw away what it holds (maxmemory-policy ${policy}): work is then found again only after a while. Set it to noeviction.`,
  ];
}

/** Bottleneck puts a `b_` before the keys of limits, which a user of an access control list may not be allowed. */
async function mayNotShare(client: RedisClient, own: string): Promise<string[]> {
  try {
    await client.set(`b_${own}check`, '1', 'PX', 1_000);
    return [];
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOPERM')) throw error;
    return [
      `The user of Redis may not use the keys of limits, so each process keeps limits of requests for itself. Give the user ~b_${own}* as well.`,
    ];
  }
}

function explain(errors: readonly unknown[], place: string): ParleyError {
  const words = errors.map(error => `${error instanceof Error ? error.message : error} ${causesOf(error)}`).join('\n');
  // That the connection was closed is the least that can be said.
  const cause = errors.find(hasCode) ?? errors[0];
  if (/WRONGPASS|NOAUTH|invalid (?:username-)?password|without any password/i.test(words)) {
    return new ParleyError(
      'REDIS_REFUSED',
      `Redis at ${place} does not accept the user or password. Correct REDIS_URL.`,
    );
  }
  if (/NOPERM/.test(words)) {
    const what =
      'does not let its user do what Parley needs. Give the user the rights that docs/how-to/use-redis.md names.';
    return new ParleyError('REDIS_REFUSED', `Redis at ${place} ${what}`);
  }
  if (/Protocol error/i.test(words)) {
    return new ParleyError('REDIS_UNFIT', `What answers at ${place} is no Redis. Correct REDIS_URL.`);
  }
  const message = `Redis at ${place} does not answer (${problemOf(cause)}). Start it, or correct REDIS_URL; rediss:// is for TLS only.`;
  return new ParleyError('REDIS_UNREACHABLE', message, { retry: true });
}

const hasCode = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string';

/** ioredis keeps what its nodes said beside the message. */
function causesOf(error: unknown): string {
  const { lastNodeError, cause } = (error ?? {}) as { readonly lastNodeError?: unknown; readonly cause?: unknown };
  return [lastNodeError, cause].map(one => (one instanceof Error ? one.message : '')).join(' ');
}
