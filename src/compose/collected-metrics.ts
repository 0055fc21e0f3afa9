import { isSpeaker } from '../core/agent.ts';
import type { Clock } from '../ports/clock.ts';
import { tellsLengths } from '../ports/queue.ts';
import type { OpenMeter } from '../telemetry/metrics/meter.ts';
import type { Readiness } from '../telemetry/monitor/readiness.ts';
import { inTime } from './in-time.ts';
import { version } from './version.ts';
import type { Watched } from './watched.ts';

interface Seen {
  readonly watched: Watched | null;
  readonly readiness: () => Promise<Readiness>;
}

type Text = Awaited<ReturnType<OpenMeter['text']>>;

/** The metrics as text, with what is only looked up when somebody asks. */
export async function collected(
  open: () => Promise<OpenMeter>,
  { watched, readiness }: Seen,
  clock: Clock,
): Promise<Text> {
  const meter = await open();
  const { parts } = await readiness();
  for (const { name, ok } of parts) meter.set('parley_ready', { part: name }, ok ? 1 : 0);
  meter.set('parley_info', { version: version() }, 1);
  if (watched !== null) {
    meter.set('parley_agents', {}, [...watched.parley.agents.values()].filter(isSpeaker).length);
    await setQueues(meter, watched, clock);
  }
  return meter.text();
}

const queueGauges = ['parley_queue_waiting', 'parley_queue_running', 'parley_queue_oldest_seconds'] as const;

async function setQueues(meter: OpenMeter, { parley: { queue } }: Watched, clock: Clock): Promise<void> {
  const lengths = tellsLengths(queue) ? await inTime(queue.lengths(), { otherwise: [], clock }) : [];
  for (const name of queueGauges) meter.reset(name);
  for (const { topic, waiting, running, oldestMs } of lengths) {
    meter.set('parley_queue_waiting', { topic }, waiting);
    meter.set('parley_queue_running', { topic }, running);
    meter.set('parley_queue_oldest_seconds', { topic }, oldestMs / 1000);
  }
}
