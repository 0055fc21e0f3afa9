import { isThere } from '../../bridges/matrix/is-there.ts';
import { type ProcessRecord, roles } from '../core/crew.ts';
import type { ProcessId } from '../core/ids.ts';
import { ensure } from '../orchestrator/change.ts';
import type { Installation } from '../orchestrator/installation.ts';
import type { AgentRuntime, ModelHealth } from '../ports/agent-runtime.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { RedisAddress } from '../redis/address.ts';
import { inspectRedis } from '../redis/inspect.ts';
import { placeOf } from '../redis/locate.ts';
import type { Part } from '../telemetry/monitor/readiness.ts';
import type { Monitoring } from './monitoring.ts';

interface Watching {
  readonly runtime: AgentRuntime;
  readonly homeserver: string;
  /** Null where all work stays in this process. */
  readonly redis: SharedRedis | null;
}

interface SharedRedis {
  readonly address: RedisAddress;
  /** Whether the work goes on without it. */
  readonly isAway: () => boolean;
}

/** From now on it can be asked how Parley is. */
export function watchParley(
  monitoring: Monitoring,
  parley: Installation,
  { runtime, homeserver, redis }: Watching,
): void {
  const models = modelHealth(runtime, parley.clock);
  const parts = [
    storePart(parley.store, parley.clock),
    homeserverPart(homeserver),
    ...(redis === null ? [] : [redisPart(redis)]),
    ...(parley.crew.shared ? [processesPart(parley)] : []),
  ];
  monitoring.watch({ parley, prices: parley.settings.budgets, models }, parts);
}

/** Whether the store answers and takes what is written: one whose disk is full answers, and keeps nothing. */
export const storePart = (store: Store, clock: Pick<Clock, 'now'>): Part => ({
  name: 'store',
  async check() {
    const settings = store.collection('settings');
    const mark = await ensure(settings, { _id: 'last-checked', value: '' });
    await settings.replace({ ...mark, value: new Date(clock.now()).toISOString() });
    return 'answers, and keeps what is written';
  },
});

/** Whether the homeserver answers. */
const homeserverPart = (url: string): Part => ({
  name: 'homeserver',
  async check() {
    if ((await isThere(url)) !== true) throw new Error(`${url} can’t be reached`);
    return `answers at ${url}`;
  },
});

/** Whether Redis answers. While it doesn't, people are answered all the same. */
export const redisPart = ({ address, isAway }: SharedRedis): Part => ({
  name: 'redis',
  needed: false,
  async check() {
    if (isAway()) throw new Error(`away (${placeOf(address)}): work goes on more slowly until it is back`);
    return (await inspectRedis(address)).detail;
  },
});

const mostListed = 1_000;

/** Whether the others still count on this process, and how many there are. */
const processesPart = ({ store, crew }: Installation): Part => ({
  name: 'processes',
  async check() {
    if (!crew.holds()) throw new Error('this process was silent for too long; it writes and sends nothing');
    return processesLine(await store.collection('processes').find({ limit: mostListed }), crew.self);
  },
});

/** How many processes of each role there are, and which this one is. */
export function processesLine(all: readonly Pick<ProcessRecord, '_id' | 'role' | 'state'>[], self: ProcessId): string {
  const here = all.filter(({ state }) => state === 'here');
  const own = here.find(({ _id }) => _id === self)?.role;
  const counts = roles.map(role => [role, here.filter(one => one.role === role).length] as const);
  const each = counts.flatMap(([role, count]) => (count === 0 ? [] : [`${role} ${count}`])).join(', ');
  return own === undefined ? each : `${each}; this is ${phrases[own]}`;
}

const phrases = { bridge: 'a bridge', worker: 'a worker', all: 'one that does all' } as const;

const validMs = 30_000;
const patienceMs = 3_000;

/** How the models are; their servers are asked at most every half a minute, however often somebody wants to know. */
function modelHealth(runtime: AgentRuntime, clock: Clock): () => Promise<readonly ModelHealth[]> {
  let asked: { readonly at: number; readonly health: Promise<readonly ModelHealth[]> } | null = null;
  return () => {
    if (asked === null || clock.now() - asked.at >= validMs)
      asked = { at: clock.now(), health: runtime.describe(AbortSignal.timeout(patienceMs)) };
    return asked.health;
  };
}
