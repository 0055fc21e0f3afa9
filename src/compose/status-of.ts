import { type Agent, isSpeaker } from '../core/agent.ts';
import type { Clock } from '../ports/clock.ts';
import { tellsLengths } from '../ports/queue.ts';
import type { Store } from '../ports/store.ts';
import type { Readiness } from '../telemetry/monitor/readiness.ts';
import type { Status } from '../telemetry/monitor/status.ts';
import { inTime } from './in-time.ts';
import { version } from './version.ts';
import type { Known, Watched } from './watched.ts';

const page = 1_000;
const mostRooms = 10_000;

/** How this process is, and what it works on. */
export async function statusOf(
  { startedAt, clock, errors, today }: Known,
  { watched, readiness }: { readonly watched: Watched | null; readonly readiness: () => Promise<Readiness> },
): Promise<Status> {
  const [{ ready, phase, parts }, more] = await Promise.all([
    readiness(),
    watched === null ? nothing : lookUp(watched, clock),
  ]);
  return {
    version: version(),
    pid: process.pid,
    startedAt,
    now: clock.now(),
    ready,
    phase,
    parts: [...parts],
    ...more,
    today: { ...today(), currency: watched?.prices.currency ?? '' },
    errors: [...errors()],
  };
}

type LookedUp = Pick<Status, 'models' | 'agents' | 'rooms' | 'queues'>;

const nothing: LookedUp = { models: [], agents: {}, rooms: { known: 0, more: false }, queues: [] };

const unknownRooms = { known: 0, more: true };

/** What can't be found out is left out: a status must come also, and above all, where something is wrong. */
async function lookUp({ parley, models }: Watched, clock: Clock): Promise<LookedUp> {
  const { queue, store, agents } = parley;
  const [health, rooms, queues] = await Promise.all([
    models().catch(() => []),
    inTime(countRooms(store), { otherwise: unknownRooms, clock }),
    tellsLengths(queue) ? inTime(queue.lengths(), { otherwise: [], clock }) : [],
  ]);
  return {
    models: health.map(({ name, ok, detail }) => ({ name, ok, detail })),
    agents: byStatus([...agents.values()].filter(isSpeaker)),
    rooms,
    queues: [...queues],
  };
}

function byStatus(agents: readonly Agent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of agents) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function countRooms(store: Store): Promise<Status['rooms']> {
  const chats = store.collection('chats');
  let known = 0;
  let last: Awaited<ReturnType<typeof chats.find>>[number] | undefined;
  do {
    const found = await chats.find({ limit: page, ...(last ? { after: last } : {}) });
    known += found.length;
    last = found.length === page ? found.at(-1) : undefined;
  } while (last !== undefined && known < mostRooms);
  return { known, more: last !== undefined };
}
