import type { CounterName, GaugeName, HistogramName, LabelsOf } from './definitions.ts';

/** Counts and measures. Nothing here throws or waits. */
export interface Meter {
  /** Raises a counter, by 1 unless told. */
  count<Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  /** A time, in seconds. */
  time<Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, seconds: number): void;
}

/** A meter that can be read. */
export interface OpenMeter extends Meter {
  set<Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Forgets the values of a gauge, before it is set anew. */
  reset(name: GaugeName): void;
  /** All of it in the format of Prometheus. */
  text(): Promise<{ readonly type: string; readonly text: string }>;
}

/** For an installation that nobody watches. */
export const noMeter: Meter = { count: () => undefined, time: () => undefined };

const mostKept = 1_000;

/** Keeps what is counted until the meter is loaded, so that a start need not wait for it. `open` is called when much is kept, or when asked. */
export function lateMeter(load: () => Promise<OpenMeter>): Meter & { readonly open: () => Promise<OpenMeter> } {
  let kept: ((meter: Meter) => void)[] = [];
  let opened: OpenMeter | null = null;
  let opening: Promise<OpenMeter> | null = null;

  const open = (): Promise<OpenMeter> => {
    opening ??= load().then(meter => {
      for (const act of kept) act(meter);
      kept = [];
      opened = meter;
      return meter;
    });
    return opening;
  };
  const keep = (act: (meter: Meter) => void): void => {
    kept.push(act);
    if (kept.length >= mostKept) void open().catch(() => (kept = []));
  };
  return {
    count: (name, labels, by) =>
      opened === null ? keep(meter => meter.count(name, labels, by)) : opened.count(name, labels, by),
    time: (name, labels, seconds) =>
      opened === null ? keep(meter => meter.time(name, labels, seconds)) : opened.time(name, labels, seconds),
    open,
  };
}
