import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/load.ts';
import type { Progress } from '../cli/progress.ts';
import { isParleyError, type ParleyError } from '../core/errors.ts';
import { storeIdOf } from '../orchestrator/migrate/store-id.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { RedisAddress } from '../redis/address.ts';
import { type Claim, claimKeys, claimKeysFor, livesMs } from '../redis/claim-keys.ts';
import { connectRedis } from '../redis/connect.ts';
import { inspectRedis } from '../redis/inspect.ts';
import { installationName } from './installation-name.ts';
import { redisAddressOf } from './open-work.ts';
import { stepped } from './stepped.ts';

interface Given {
  readonly config: Pick<Config, 'redis' | 'dataDir' | 'matrix'>;
  readonly progress: Pick<Progress, 'step' | 'warn' | 'info'>;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Another installation, or another store, has the keys. */
  readonly onLost: () => void;
  /** Whether this process has lived before. */
  readonly anew: boolean;
}

const againMs = 1_000;
/** One that was killed counts as there for so long. */
const patienceMs = livesMs + 3_000;

/** Says which store the work in Redis is about, once it is open. */
export type SayStore = (store: Store) => Promise<void>;

/**
 * Looks at Redis, where one is configured, before anything is started that relies on it, and keeps others from its keys until `ending`.
 * Rejects with `REDIS_*`; a process that begins `anew` waits for a Redis that is away. What it gives keeps out, too, who works with a copy
 * of the store; a claim of a moment ago is waited for, as the store may just have been restored.
 */
export async function checkRedis(given: Given, ending: AsyncDisposableStack): Promise<SayStore> {
  const address = redisAddressOf(given.config);
  if (address === null) return async () => undefined;
  const { warnings } = await stepped(
    given,
    'Redis',
    () => (given.anew ? whenThere(() => inspectRedis(address), given) : inspectRedis(address)),
    ({ detail }) => detail,
  );
  for (const warning of warnings) given.progress.warn(warning);
  const claiming = await claimingAt(given, address, ending);
  ending.defer((await claimKeys(claiming)).stop);
  return async store => {
    const id = await storeIdOf(store, randomUUID);
    ending.defer((await unlessLate(given, () => claimKeysFor(id, claiming))).stop);
  };
}

async function claimingAt({ config, log, onLost }: Given, address: RedisAddress, ending: AsyncDisposableStack) {
  const client = connectRedis(address, 'blocking', log);
  ending.defer(() => client.disconnect());
  const onTaken = (error: ParleyError): void => {
    log.error({ err: error }, 'The keys in Redis are another’s now.');
    onLost();
  };
  return { client, address, installation: await installationName(config), onTaken };
}

/** Claims until the former claim would have run out. */
async function unlessLate({ progress, signal }: Given, claim: () => Promise<Claim>): Promise<Claim> {
  const end = performance.now() + patienceMs;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await claim();
    } catch (error) {
      if (!isParleyError(error, 'REDIS_OF_ANOTHER') || performance.now() > end) throw error;
      if (isFirst)
        progress.info('Another database was used with this Redis a moment ago; looking whether it still is …');
      await sleep(againMs, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }
}

async function whenThere<T>(look: () => Promise<T>, { signal, log }: Pick<Given, 'signal' | 'log'>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await look();
    } catch (error) {
      if (!isParleyError(error, 'REDIS_UNREACHABLE')) throw error;
      log.warn({ err: error }, 'Redis is away, and this process begins anew when it is back.');
      await sleep(againMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
