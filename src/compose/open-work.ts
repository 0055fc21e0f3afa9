import type { Config } from '../../config/load.ts';
import { localBus } from '../buses/local/bus.ts';
import { redisBus } from '../buses/redis/bus.ts';
import type { Progress } from '../cli/progress.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Queue } from '../ports/queue.ts';
import { noSignals, type Signals } from '../ports/signals.ts';
import type { Store } from '../ports/store.ts';
import { redisQueue } from '../queues/bullmq/queue.ts';
import { localQueue } from '../queues/local/queue.ts';
import type { RedisAddress } from '../redis/address.ts';
import { inspectRedis } from '../redis/inspect.ts';
import { redisSignals } from '../signals/redis/signals.ts';
import { stepped } from './stepped.ts';

interface Given {
  readonly config: Pick<Config, 'redis'>;
  readonly progress: Pick<Progress, 'step' | 'warn'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What carries work and events. */
export interface Work {
  readonly queue: Queue;
  readonly bus: Bus;
  readonly signals: Signals;
  /** What is to be done when all wake-ups are forgotten. */
  whenForgotten(act: () => Promise<void>): void;
}

/** Where Redis is, or null where all work stays in this process. */
export function redisAddressOf({ redis: { url, ...rest } }: Pick<Config, 'redis'>): RedisAddress | null {
  return url === null ? null : { url, ...rest };
}

/** In this process, or over Redis where one is configured. Rejects with `REDIS_*`. */
export async function openWork(given: Given, { store, clock }: { store: Store; clock: Clock }): Promise<Work> {
  const { log } = given;
  const onError = (failure: object): void => log.warn({ ...failure }, 'Work failed; it is tried again.');
  const address = redisAddressOf(given.config);
  if (address === null) {
    return {
      queue: localQueue({ clock, onError }),
      bus: localBus({ store, clock, log }),
      signals: noSignals,
      whenForgotten: () => undefined,
    };
  }
  const { warnings } = await stepped(
    given,
    'Redis',
    () => inspectRedis(address),
    ({ detail }) => detail,
  );
  for (const warning of warnings) given.progress.warn(warning);
  // Redis may turn out to be empty before there is anybody who could look into the store.
  const looker = Promise.withResolvers<() => Promise<void>>();
  const onForgotten = async (): Promise<void> => {
    const look = await looker.promise;
    log.info({}, 'Redis knows no wake-ups. What has to be done is looked up in the store.');
    await look();
  };
  return {
    queue: redisQueue({ address, clock, log, onError, onForgotten }),
    bus: redisBus({ address, store, clock, log }),
    signals: redisSignals({ address, log }),
    whenForgotten: looker.resolve,
  };
}
