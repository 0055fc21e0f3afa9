import Bottleneck from 'bottleneck';
import type { Log } from '../ports/log.ts';
import { type Turnstile, TurnstileFull, type TurnstileLimits } from '../ports/turnstile.ts';
import type { RedisClient } from '../redis/connect.ts';

/** What all processes keep together, while Redis is there. */
export interface SharedLimits {
  readonly client: RedisClient;
  readonly connection: Bottleneck.IORedisConnection;
  readonly prefix: string;
}

export interface TurnstileOptions extends TurnstileLimits {
  /** The same in all processes. */
  readonly name: string;
  readonly shared: SharedLimits | null;
  readonly log: Log;
}

const mostWaiting = 1_000;
const minuteMs = 60_000;
/** While one waits: how often it is looked whether Redis is still there. */
const lookMs = 500;

/** Limits of this process, or of all together by Redis. While Redis is away, each process keeps them by itself rather than standing still. */
export function turnstile(options: TurnstileOptions): Turnstile {
  const { shared, log, name } = options;
  const settings = settingsOf(options);
  const local = new Bottleneck(settings);
  const together = shared === null ? null : sharedLimiter(shared, name, settings);
  together?.on('error', () => log.debug({ name }, 'A limit that all processes keep could not be looked at.'));

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (together === null || shared === null || shared.client.status !== 'ready') return pass(local, options, signal);
      const away = whenAway(shared.client);
      try {
        const leave = await pass(together, options, AbortSignal.any([signal, away.signal]));
        return leave;
      } catch (error) {
        if (signal.aborted || error instanceof TurnstileFull) throw error;
        return await pass(local, options, signal);
      } finally {
        away.stop();
      }
    },
  };
}

function settingsOf({ atOnce, perMinute }: TurnstileLimits): Bottleneck.ConstructorOptions {
  const reservoir = { reservoir: perMinute, reservoirRefreshAmount: perMinute, reservoirRefreshInterval: minuteMs };
  return {
    maxConcurrent: atOnce,
    highWater: mostWaiting,
    strategy: Bottleneck.strategy.OVERFLOW,
    ...(perMinute === null ? {} : reservoir),
  };
}

function sharedLimiter({ connection, prefix }: SharedLimits, name: string, settings: Bottleneck.ConstructorOptions) {
  return new Bottleneck({ ...settings, id: `{${prefix}}:limit:${name}`, datastore: 'ioredis', connection });
}

async function pass(limiter: Bottleneck, { longestMs }: TurnstileLimits, signal: AbortSignal): Promise<() => void> {
  const entered = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const abort = (): void => {
    left.resolve();
    entered.reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  const job = (): Promise<void> => {
    entered.resolve();
    return left.promise;
  };
  limiter.schedule({ expiration: longestMs }, job).catch((error: unknown) => {
    const full = error instanceof Bottleneck.BottleneckError && /dropped/.test(error.message);
    entered.reject(full ? new TurnstileFull() : error);
  });
  try {
    await entered.promise;
    return () => left.resolve();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Aborted when Redis is lost. */
function whenAway(client: RedisClient): { readonly signal: AbortSignal; stop(): void } {
  const away = new AbortController();
  const timer = setInterval(() => client.status !== 'ready' && away.abort(new Error('Redis is away.')), lookMs);
  timer.unref();
  return { signal: away.signal, stop: () => clearInterval(timer) };
}

/** What turnstiles of this process share with those of others. */
export function sharedLimits(client: RedisClient, prefix: string): SharedLimits {
  const connection = new Bottleneck.IORedisConnection({ client });
  connection.on('error', () => undefined);
  return { client, connection, prefix };
}
