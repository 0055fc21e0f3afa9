import type { Agent } from '../../core/agent.ts';
import type { Draft } from '../../core/document.ts';
import type { Collection } from '../../ports/store.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import { type AgentWish, agentChanges, changedFields } from './agent-changes.ts';

/**
 * Makes the stored agents what the configuration says. Who is not in it any more is retired. Gives all that are not retired, in its order.
 * What is to change is told first, so that the audit has it whenever a crash comes; told again, it has the same id.
 */
export async function ensureAgents(
  { store, log, bus }: Pick<Installation, 'store' | 'log' | 'bus'>,
  wishes: readonly AgentWish[],
): Promise<Agent[]> {
  const agents = store.collection('agents');
  const known = new Map((await everyAgent(agents)).map(agent => [agent._id, agent]));
  const told = agentChanges([...known.values()], wishes);
  if (told.length > 0) await bus.keep(told);
  const fresh = wishes.filter(wish => !known.has(wish._id));
  for (const wish of fresh) log.info({ agent: wish._id }, 'A new agent.');
  await agents.insert(fresh.map(introduced));
  const kept = await Promise.all(wishes.map(wish => ensureAgent(agents, wish, known.get(wish._id) ?? null)));
  const wanted = new Set(wishes.map(wish => wish._id));
  for (const agent of known.values())
    if (!wanted.has(agent._id) && agent.status !== 'retired') await retire(agents, agent, log);
  return kept.filter(agent => agent !== null);
}

const introduced = (wish: AgentWish): Draft<Agent> => ({
  ...wish,
  status: 'idle',
  currentActivities: [],
  lastSeen: null,
  provisioned: {},
});

function ensureAgent(agents: Collection<Agent>, wish: AgentWish, known: Agent | null): Promise<Agent | null> {
  if (known !== null && same(known, wish)) return Promise.resolve(known);
  return change(agents, wish._id, agent => (same(agent, wish) ? agent : { ...agent, ...wish, status: 'idle' }));
}

const same = (agent: Agent, wish: AgentWish): boolean =>
  agent.status !== 'retired' && changedFields(agent, wish).length === 0;

async function retire(agents: Collection<Agent>, agent: Agent, log: Installation['log']): Promise<void> {
  log.info({ agent: agent._id }, 'An agent is not in the configuration any more; it is retired.');
  await change(agents, agent._id, (now): Agent => ({ ...now, status: 'retired' }));
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
