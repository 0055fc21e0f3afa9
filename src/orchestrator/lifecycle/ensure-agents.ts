import type { Agent } from '../../core/agent.ts';
import type { Collection } from '../../ports/store.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import {
  type AgentWish,
  agentChanges,
  conflictOf,
  introduced,
  newAgent,
  retiring,
  statusChanged,
  withWish,
} from './agent-changes.ts';

type Given = Pick<Installation, 'store' | 'log' | 'bus' | 'clock'>;

/**
 * Makes the stored agents what the configuration says. Who is not in it any more is on the way out, unless made by a command. Gives all that
 * are not retired: in the order of the configuration, then the others. What is to change is told first, so that the audit has it
 * whenever a crash comes; told again, it has the same id.
 */
export async function ensureAgents(parley: Given, wishes: readonly AgentWish[]): Promise<Agent[]> {
  const agents = parley.store.collection('agents');
  const known = new Map((await everyAgent(agents)).map(agent => [agent._id, agent]));
  const heard = wishes.filter(wish => isHeard(parley, wish, known.values()));
  const fresh = heard.filter(wish => !known.has(wish._id));
  for (const wish of fresh) parley.log.info({ agent: wish._id }, 'A new agent.');
  if (fresh.length > 0) {
    const told = fresh.flatMap(wish => [
      introduced(wish, 1, null),
      ...statusChanged({ _id: wish._id, status: null }, 'idle', 1),
    ]);
    await parley.bus.keep(told);
    await agents.insert(fresh.map(wish => newAgent(wish)));
  }
  const wanted = new Map(heard.map(wish => [wish._id, wish]));
  const kept = await Promise.all([
    ...heard.map(({ _id }) => settle(parley, _id, { known: known.get(_id) ?? null, wish: wanted.get(_id) ?? null })),
    ...[...known.values()]
      .filter(({ _id }) => !wanted.has(_id))
      .map(agent => settle(parley, agent._id, { known: agent, wish: null })),
  ]);
  return kept.filter(agent => agent !== null && agent.status !== 'retired') as Agent[];
}

function isHeard({ log }: Given, wish: AgentWish, known: Iterable<Agent>): boolean {
  const conflict = conflictOf(wish, known);
  if (conflict !== null) log.warn({ agent: wish._id }, `An agent of the configuration is passed over: ${conflict}.`);
  return conflict === null;
}

/** One stored agent becomes what it is to be at a start. */
async function settle(
  parley: Given,
  id: Agent['_id'],
  { known, wish }: { known: Agent | null; wish: AgentWish | null },
): Promise<Agent | null> {
  const agents = parley.store.collection('agents');
  const agent = known ?? (await agents.get(id));
  if (agent === null) return null;
  const wanted = atStart(parley, agent, wish);
  if (wanted === agent) return agent;
  const told = agentChanges(agent, wanted, null);
  if (told.length > 0) await parley.bus.keep(told);
  return change(agents, id, now => atStart(parley, now, wish));
}

function atStart({ clock }: Given, agent: Agent, wish: AgentWish | null): Agent {
  const file = agent.source !== 'command';
  if (wish === null && file) return retiring(agent, { by: null, room: null, since: clock.now() });
  const next = wish === null ? agent : withWish(agent, wish);
  const status = next.status === 'retired' ? 'retired' : next.paused ? 'offline' : 'idle';
  // What it was at when the process ended is over.
  return next.status === status && next.currentActivities.length === 0
    ? next
    : { ...next, status, currentActivities: [] };
}

async function everyAgent(agents: Collection<Agent>): Promise<Agent[]> {
  const all: Agent[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await agents.find({ limit: 1000, ...(last ? { after: last } : {}) });
    all.push(...page);
    if (page.length < 1000) return all;
  }
}
