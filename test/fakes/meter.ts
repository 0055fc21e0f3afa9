import type { Meter } from '../../src/telemetry/metrics/meter.ts';

export interface KeptMeter extends Meter {
  /** `name{value,…}` of each counter, and how often or how much. */
  readonly counts: Map<string, number>;
  /** The same of times, in the order in which they came. */
  readonly times: Map<string, number[]>;
}

/** A meter that keeps what it is told, as tests can read it. */
export function keptMeter(): KeptMeter {
  const counts = new Map<string, number>();
  const times = new Map<string, number[]>();
  const key = (name: string, labels: object): string => `${name}{${Object.values(labels).join(',')}}`;
  return {
    counts,
    times,
    count: (name, labels, by = 1) => void counts.set(key(name, labels), (counts.get(key(name, labels)) ?? 0) + by),
    time: (name, labels, seconds) =>
      void times.set(key(name, labels), [...(times.get(key(name, labels)) ?? []), seconds]),
  };
}
