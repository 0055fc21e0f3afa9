import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../ports/log.ts';
import type { RedisAddress } from './address.ts';
import { type Location, locate } from './locate.ts';

export type RedisClient = Redis | Cluster;

/**
 * `commands`: fails at once while Redis is away, and after five seconds without an answer. `blocking`: waits for Redis, however long that
 * takes; a connection on which nothing comes for too long is made anew.
 */
export type RedisUse = 'commands' | 'blocking';
/** `once`: gives up where Redis does not answer. */
type Patience = RedisUse | 'once';

const answerMs = 5_000;
/** Longer than any command blocks. */
const blockedMs = 13_000;
const longestPauseMs = 2_000;

const optionsFor: Readonly<Record<Patience, RedisOptions>> = {
  commands: { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: answerMs, socketTimeout: answerMs },
  blocking: { maxRetriesPerRequest: null, socketTimeout: blockedMs },
  once: { maxRetriesPerRequest: 0, commandTimeout: answerMs, socketTimeout: answerMs },
};

/** Opens a connection, which makes itself anew for ever. Faults go to the log, once for each outage and without the address. */
export function connectRedis(address: RedisAddress, use: RedisUse, log: Log): RedisClient {
  const client = openRedis(address, use);
  tellOutages(client, use, log);
  return client;
}

/** The same, but its errors are for the caller. */
export function openRedis(address: RedisAddress, use: Patience): RedisClient {
  const location = locate(address);
  const again = (times: number): number | null =>
    use === 'once' ? null : Math.min(longestPauseMs, 50 * 2 ** Math.min(times, 10));
  const common: RedisOptions = {
    ...optionsFor[use],
    ...location.options,
    connectTimeout: answerMs,
    retryStrategy: again,
    reconnectOnError: error => (/READONLY|LOADING/.test(error.message) ? 2 : false),
  };
  return address.mode === 'cluster' ? openCluster(location, common) : openSingle(address, location, common);
}

function openSingle(address: RedisAddress, { hosts, options }: Location, common: RedisOptions): Redis {
  if (address.mode === 'single') return new Redis({ ...common, ...hosts[0] });
  return new Redis({
    ...common,
    sentinels: hosts.map(host => ({ ...host })),
    name: address.sentinelName,
    ...(common.retryStrategy ? { sentinelRetryStrategy: common.retryStrategy } : {}),
    ...(address.sentinelPassword === null ? {} : { sentinelPassword: address.sentinelPassword }),
    ...(options.tls === undefined ? {} : { sentinelTLS: options.tls, enableTLSForSentinelMode: true }),
  });
}

function openCluster({ hosts }: Location, common: RedisOptions): Cluster {
  const { retryStrategy, enableOfflineQueue = true, ...redisOptions } = common;
  const options: ClusterOptions = {
    redisOptions,
    enableOfflineQueue,
    ...(retryStrategy ? { clusterRetryStrategy: (times: number) => retryStrategy(times) as number | null } : {}),
    slotsRefreshTimeout: answerMs,
  };
  return new Cluster([...hosts], options);
}

function tellOutages(client: RedisClient, use: RedisUse, log: Log): void {
  let away = false;
  client.on('error', (error: Error) => {
    if (away) return;
    away = true;
    log.warn(
      { use, problem: problemOf(error) },
      'Redis does not answer. What comes in is stored; work goes on more slowly until it is back.',
    );
  });
  client.on('ready', () => {
    if (away) log.info({ use }, 'Redis is back.');
    away = false;
  });
}

/** What went wrong in a word: the message of a foreign error may hold an address or a command. */
export function problemOf(error: unknown): string {
  const { code, message = '' } = (error ?? {}) as { readonly code?: unknown; readonly message?: string };
  if (typeof code === 'string' && code !== '') return code;
  return /^(?:[A-Z]{4,20}|Socket timeout|Command timed out|Connection is closed)/.exec(message)?.[0] ?? 'unknown';
}
