import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricName, metrics } from './definitions.ts';
import type { OpenMeter } from './meter.ts';

/** Often enough to see a loop that stands still; a process that idles is not to be woken for it more often. Milliseconds. */
const lagPrecision = 50;

/** The metrics of this process, kept by prom-client, with those of Node beside them. */
export function promMeter(): OpenMeter {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagPrecision });
  const made = new Map<string, Counter | Gauge | Histogram>();
  for (const [name, { type, help, labels, ...more }] of Object.entries(metrics)) {
    const common = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') made.set(name, new Counter(common));
    else if (type === 'gauge') made.set(name, new Gauge(common));
    else made.set(name, new Histogram({ ...common, ...('buckets' in more ? { buckets: [...more.buckets] } : {}) }));
  }
  const of = <Kind>(name: MetricName): Kind => made.get(name) as Kind;
  return {
    count: (name, labels, by = 1) => of<Counter>(name).inc({ ...labels }, Math.max(0, by)),
    time: (name, labels, seconds) => of<Histogram>(name).observe({ ...labels }, Math.max(0, seconds)),
    set: (name, labels, value) => of<Gauge>(name).set({ ...labels }, value),
    reset: name => of<Gauge>(name).reset(),
    text: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
