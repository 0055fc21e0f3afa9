import type { Config } from '../../config/load.ts';
import { localBus } from '../buses/local/bus.ts';
import { redisBus } from '../buses/redis/bus.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Queue } from '../ports/queue.ts';
import { noSignals, type Signals } from '../ports/signals.ts';
import type { Store } from '../ports/store.ts';
import { redisQueue } from '../queues/bullmq/queue.ts';
import { withFallback } from '../queues/fallback/queue.ts';
import { localQueue } from '../queues/local/queue.ts';
import type { RedisAddress } from '../redis/address.ts';
import { redisSignals } from '../signals/redis/signals.ts';

interface Given {
  readonly config: Pick<Config, 'redis'>;
  readonly log: Log;
}

/** What carries work and events. */
export interface Work {
  readonly queue: Queue;
  readonly bus: Bus;
  readonly signals: Signals;
  /** What is to be done when all wake-ups are forgotten. */
  whenForgotten(act: () => Promise<void>): void;
  /** What finds what this process is to do while nobody can be told; `first` at the beginning of an outage. */
  whileAway(look: (first: boolean) => Promise<void>): void;
  /** Whether work goes on without what carries it between processes. */
  readonly isAway: () => boolean;
}

/** Where Redis is, or null where all work stays in this process. */
export function redisAddressOf({ redis: { url, ...rest } }: Pick<Config, 'redis'>): RedisAddress | null {
  return url === null ? null : { url, ...rest };
}

/** In this process, or over Redis where one is configured; ends with `ending`. */
export function openWork(
  given: Given,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  ending: AsyncDisposableStack,
): Work {
  const work = open(given, { store, clock });
  // Where the start is broken off, nothing has closed them yet; else both are closed already.
  ending.defer(() => work.signals.close());
  ending.defer(() => work.bus.close(0));
  ending.defer(() => work.queue.close(0));
  return work;
}

function open({ config, log }: Given, { store, clock }: { readonly store: Store; readonly clock: Clock }): Work {
  const onError = (failure: object): void => log.warn({ ...failure }, 'Work failed; it is tried again.');
  const address = redisAddressOf(config);
  const onOverflow = (waiting: number): void =>
    log.warn({ waiting }, 'Too much waits; the homeserver is asked to come later, and the sweep finds the rest.');
  const local = localQueue({ clock, onError, onOverflow });
  if (address === null) {
    const nothing = { whenForgotten: () => undefined, whileAway: () => undefined, isAway: () => false };
    return { queue: local, bus: localBus({ store, clock, log }), signals: noSignals, ...nothing };
  }
  // Redis may turn out to be empty before there is anybody who could look into the store.
  const looker = Promise.withResolvers<() => Promise<void>>();
  const onForgotten = async (): Promise<void> => {
    const look = await looker.promise;
    log.info({}, 'Redis knows no wake-ups. What has to be done is looked up in the store.');
    await look();
  };
  let lookWhileAway: Parameters<Work['whileAway']>[0] = async () => undefined;
  const shared = redisQueue({ address, clock, log, onError, onForgotten });
  const { presence } = shared;
  return {
    queue: withFallback({ shared, local, presence, clock, log, look: first => lookWhileAway(first) }),
    bus: redisBus({ address, store, clock, log, isAway: presence.isAway }),
    signals: redisSignals({ address, log }),
    whenForgotten: looker.resolve,
    whileAway(look) {
      lookWhileAway = look;
    },
    isAway: presence.isAway,
  };
}
