import type { Config } from '../../config/load.ts';
import { noteMonitorAddress } from '../data-folder/monitor-address.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Queue } from '../ports/queue.ts';
import { hearFacts, type Prices } from '../telemetry/metrics/hear-facts.ts';
import { hearSteps } from '../telemetry/metrics/hear-steps.ts';
import { lateMeter, noMeter } from '../telemetry/metrics/meter.ts';
import { tapBus } from '../telemetry/metrics/tap-bus.ts';
import { tapLog } from '../telemetry/metrics/tap-log.ts';
import { tapQueue } from '../telemetry/metrics/tap-queue.ts';
import { listenNear, monitorListener } from '../telemetry/monitor/listener.ts';
import { type Part, readiness } from '../telemetry/monitor/readiness.ts';
import { collected } from './collected-metrics.ts';
import { onceASecond } from './once-a-second.ts';
import { statusOf } from './status-of.ts';
import type { Known, Watched } from './watched.ts';

export interface Monitoring {
  /** Where it is told; null where nobody can ask. */
  readonly url: string | null;
  /** The log, whose warnings are counted. */
  readonly log: Log;
  /** The same, counted. */
  queue<Q extends Queue>(queue: Q): Q;
  bus<B extends Bus>(bus: B): B;
  /** What there is to tell of; the start is over. */
  watch(watched: Watched, parts: readonly Part[]): void;
  /** From now on `/readyz` says that nothing new is begun. */
  stopping(): void;
  close(): Promise<void>;
}

const noPrices: Prices = { timeZone: 'UTC', currency: '', priceOf: () => null };

/**
 * Counts and measures what happens, and tells it to whoever asks at a listener of its own. A start does not wait for it: prom-client is
 * loaded when Parley is ready, or when somebody asks before. Where it can't listen, Parley goes on without.
 */
export async function openMonitoring(given: {
  readonly config: Pick<Config, 'monitoring' | 'dataDir'>;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<Monitoring> {
  const { config, clock } = given;
  const { port, host } = config.monitoring;
  const late = port === 0 ? null : lateMeter(loadMeter);
  const meter = late ?? noMeter;
  const tapped = tapLog(given.log, { meter, clock });
  const { log } = tapped;
  const ready = readiness(clock);
  let watched: Watched | null = null;
  const stopSteps = hearSteps({ meter, clock, log });
  const facts = hearFacts({ meter, clock, log }, () => watched?.prices ?? noPrices);
  const known: Known = { startedAt: clock.now(), clock, errors: tapped.errors, today: facts.today };
  const listener = monitorListener({
    readiness: ready.check,
    metrics: onceASecond(() => collected(late?.open ?? loadMeter, { watched, readiness: ready.check }, clock), clock),
    status: onceASecond(() => statusOf(known, { watched, readiness: ready.check }), clock),
  });
  const { url, forget } = port === 0 ? { url: null, forget: () => undefined } : await listen();

  async function listen(): Promise<{ url: string | null; forget: () => void }> {
    try {
      const url = await listenNear(listener, port, host);
      log.info({ url }, 'Metrics, health and status are told here.');
      return { url, forget: await noteMonitorAddress(config.dataDir, { url, pid: process.pid }) };
    } catch (error) {
      log.warn({ err: error, port, host }, 'Nobody can watch this Parley: it can’t listen for metrics and health.');
      return { url: null, forget: () => undefined };
    }
  }

  return {
    url,
    log,
    queue: queue => tapQueue(queue, { meter, clock }),
    bus: bus => tapBus(bus, { meter, clock, log }),
    watch(what, parts) {
      watched = what;
      ready.began(parts);
      setImmediate(() => void late?.open().catch(error => log.warn({ err: error }, 'Metrics could not be loaded.')));
    },
    stopping: ready.stopping,
    async close() {
      stopSteps();
      facts.stop();
      forget();
      await listener.close();
    },
  };
}

const loadMeter = () => import('../telemetry/metrics/prom-meter.ts').then(({ promMeter }) => promMeter());
