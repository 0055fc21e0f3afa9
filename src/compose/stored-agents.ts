import type { Agent } from '../core/agent.ts';
import type { AgentWish } from '../orchestrator/lifecycle/agent-changes.ts';
import type { Store } from '../ports/store.ts';

/** The agents of the configuration with what the store knows of them; without a store, as they would be made. */
export async function listStoredAgents(store: Store | null, wishes: readonly AgentWish[]): Promise<Agent[]> {
  const known = store === null ? [] : await store.collection('agents').getMany(wishes.map(wish => wish._id));
  const stored = new Map(known.map(agent => [agent._id, agent]));
  return wishes.map(wish => ({ ...notYet, ...stored.get(wish._id), ...wish, tenant: 'default' }));
}

const notYet = {
  version: 0,
  createdAt: 0,
  updatedAt: 0,
  status: 'offline',
  currentActivities: [],
  lastSeen: null,
  provisioned: {},
} as const;
