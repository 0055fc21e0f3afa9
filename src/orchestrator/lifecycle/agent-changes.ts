import type { Agent } from '../../core/agent.ts';
import type { Draft } from '../../core/document.ts';
import { event, type NewEvent } from '../../core/events/event.ts';
import type { AgentId } from '../../core/ids.ts';

/** What the configuration says of an agent; the rest is what Parley learns of it. */
export type AgentWish = Omit<Draft<Agent>, 'status' | 'currentActivities' | 'lastSeen' | 'provisioned'>;

/** What is told when the stored agents become what the configuration says. Pure: the same again has the same ids. */
export function agentChanges(known: readonly Agent[], wishes: readonly AgentWish[]): NewEvent[] {
  const byId = new Map<AgentId, Agent>(known.map(agent => [agent._id, agent]));
  const wanted = new Set(wishes.map(({ _id }) => _id));
  return [
    ...wishes.flatMap(wish => wished(wish, byId.get(wish._id) ?? null)),
    ...known.filter(agent => !wanted.has(agent._id) && agent.status !== 'retired').flatMap(retired),
  ];
}

/** The fields in which an agent is not what the configuration says. */
export const changedFields = (agent: Agent, wish: AgentWish): string[] =>
  Object.entries(wish)
    .filter(([field, value]) => JSON.stringify(agent[field as keyof Agent]) !== JSON.stringify(value))
    .map(([field]) => field);

function wished(wish: AgentWish, known: Agent | null): NewEvent[] {
  const version = (known?.version ?? 0) + 1;
  const of = { agent: wish._id, version };
  if (known === null || known.status === 'retired') {
    return [
      event('AgentIntroduced', { ...of, by: null, name: wish.name }),
      event('AgentStatusUpdated', { ...of, from: known?.status ?? null, to: 'idle' }),
    ];
  }
  const changed = changedFields(known, wish);
  return changed.length === 0 ? [] : [event('AgentManifestChanged', { ...of, by: null, changed })];
}

function retired({ _id: agent, version: before, status }: Agent): NewEvent[] {
  const version = before + 1;
  return [
    event('AgentRetired', { agent, version, by: null }),
    event('AgentStatusUpdated', { agent, version, from: status, to: 'retired' }),
  ];
}
