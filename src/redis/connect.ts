import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../ports/log.ts';
import { type Location, locate } from './locate.ts';
import type { RedisAddress } from './redis-config.ts';

export type RedisClient = Redis | Cluster;

/**
 * `commands`: fails at once while Redis is away, and after five seconds without an answer. `blocking`: waits for Redis, however long that
 * takes; a connection on which nothing comes for too long is made anew.
 */
export type RedisUse = 'commands' | 'blocking';

const answerMs = 5_000;
/** Longer than any command blocks. */
const blockedMs = 13_000;
const longestPauseMs = 2_000;

const optionsFor: Readonly<Record<RedisUse, RedisOptions>> = {
  commands: { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: answerMs, socketTimeout: answerMs },
  blocking: { maxRetriesPerRequest: null, socketTimeout: blockedMs },
};

/** Opens a connection, which makes itself anew for ever. Faults go to the log, once for each outage and without the address. */
export function connectRedis(address: RedisAddress, use: RedisUse, log: Log): RedisClient {
  const location = locate(address);
  const common: RedisOptions = {
    ...optionsFor[use],
    ...location.options,
    connectTimeout: answerMs,
    retryStrategy: times => Math.min(longestPauseMs, 50 * 2 ** Math.min(times, 10)),
    reconnectOnError: error => (/READONLY|LOADING/.test(error.message) ? 2 : false),
  };
  const client = address.mode === 'cluster' ? openCluster(location, common) : openSingle(address, location, common);
  tellOutages(client, use, log);
  return client;
}

function openSingle(address: RedisAddress, { hosts, options }: Location, common: RedisOptions): Redis {
  if (address.mode === 'single') return new Redis({ ...common, ...hosts[0] });
  return new Redis({
    ...common,
    sentinels: hosts.map(host => ({ ...host })),
    name: address.sentinelName,
    sentinelRetryStrategy: times => Math.min(longestPauseMs, 50 * times),
    ...(address.sentinelPassword === null ? {} : { sentinelPassword: address.sentinelPassword }),
    ...(options.tls === undefined ? {} : { sentinelTLS: options.tls, enableTLSForSentinelMode: true }),
  });
}

function openCluster({ hosts }: Location, common: RedisOptions): Cluster {
  const { retryStrategy: _retry, enableOfflineQueue = true, ...redisOptions } = common;
  const options: ClusterOptions = {
    redisOptions,
    enableOfflineQueue,
    clusterRetryStrategy: times => Math.min(longestPauseMs, 50 * times),
    slotsRefreshTimeout: answerMs,
  };
  return new Cluster([...hosts], options);
}

function tellOutages(client: RedisClient, use: RedisUse, log: Log): void {
  let away = false;
  client.on('error', (error: Error) => {
    if (away) return;
    away = true;
    log.warn({ use, problem: problemOf(error) }, 'Redis does not answer. Work goes on more slowly until it is back.');
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
