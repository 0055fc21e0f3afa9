import type { Clock } from '../ports/clock.ts';
import type { OpenMeter } from '../telemetry/metrics/meter.ts';
import type { Readiness } from '../telemetry/monitor/readiness.ts';
import { queueLengths } from './queue-lengths.ts';
import { version } from './version.ts';
import type { Watched } from './watched.ts';

interface Seen {
  readonly watched: Watched | null;
  readonly readiness: () => Promise<Readiness>;
}

type Text = Awaited<ReturnType<OpenMeter['text']>>;

const validMs = 1_000;

/** The metrics as text, with what is only looked up when somebody asks; made at most once a second. */
export function collected(open: () => Promise<OpenMeter>, seen: () => Seen, clock: Clock): () => Promise<Text> {
  let made: { readonly at: number; readonly text: Promise<Text> } | null = null;
  return () => {
    if (made === null || clock.now() - made.at >= validMs) made = { at: clock.now(), text: look(open, seen()) };
    return made.text;
  };
}

async function look(open: () => Promise<OpenMeter>, { watched, readiness }: Seen): Promise<Text> {
  const meter = await open();
  const { parts } = await readiness();
  for (const { name, ok } of parts) meter.set('parley_ready', { part: name }, ok ? 1 : 0);
  meter.set('parley_info', { version: version() }, 1);
  if (watched !== null) {
    meter.set('parley_agents', {}, watched.parley.agents.size);
    await setQueues(meter, watched);
  }
  return meter.text();
}

const queueGauges = ['parley_queue_waiting', 'parley_queue_running', 'parley_queue_oldest_seconds'] as const;

async function setQueues(meter: OpenMeter, { parley: { queue } }: Watched): Promise<void> {
  const lengths = await queueLengths(queue);
  for (const name of queueGauges) meter.reset(name);
  for (const { topic, waiting, running, oldestMs } of lengths) {
    meter.set('parley_queue_waiting', { topic }, waiting);
    meter.set('parley_queue_running', { topic }, running);
    meter.set('parley_queue_oldest_seconds', { topic }, oldestMs / 1000);
  }
}
