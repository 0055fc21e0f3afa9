import { isThere } from '../../bridges/matrix/is-there.ts';
import type { Installation } from '../orchestrator/installation.ts';
import type { AgentRuntime, ModelHealth } from '../ports/agent-runtime.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Part } from '../telemetry/monitor/readiness.ts';
import type { Monitoring } from './monitoring.ts';

/** From now on it can be asked how Parley is. */
export function watchParley(
  monitoring: Monitoring,
  parley: Installation,
  { runtime, homeserver }: { readonly runtime: AgentRuntime; readonly homeserver: string },
): void {
  const models = modelHealth(runtime, parley.clock);
  const parts = [storePart(parley.store), homeserverPart(homeserver)];
  monitoring.watch({ parley, prices: parley.settings.budgets, models }, parts);
}

/** Whether the store answers. */
const storePart = (store: Store): Part => ({
  name: 'store',
  async check() {
    await store.collection('settings').find({ limit: 1 });
    return 'answers';
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
