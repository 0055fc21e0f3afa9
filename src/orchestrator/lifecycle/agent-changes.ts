import type { Agent, AgentWords, Passage } from '../../core/agent.ts';
import type { Draft } from '../../core/document.ts';
import { event, type NewEvent } from '../../core/events/event.ts';
import type { AgentId, MemberId } from '../../core/ids.ts';

/** What the configuration says of an agent; the rest is what Parley learns of it. */
export type AgentWish = Pick<
  Draft<Agent>,
  | '_id'
  | 'name'
  | 'description'
  | 'instructions'
  | 'role'
  | 'resources'
  | 'publicProfile'
  | 'model'
  | 'capabilities'
  | 'minComplexity'
  | 'maxComplexity'
  | 'owner'
  | 'place'
>;

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The fields in which an agent is not what is said of it. */
const changedFields = (agent: Agent, said: Partial<AgentWish>): string[] =>
  Object.entries(said)
    .filter(([field, value]) => !same(agent[field as keyof Agent], value))
    .map(([field]) => field);

/** A new agent of that wish. */
export const newAgent = (wish: AgentWish, more: Partial<Agent> = {}): Draft<Agent> => ({
  ...wish,
  status: 'idle',
  currentActivities: [],
  lastSeen: null,
  provisioned: {},
  ...more,
});

/**
 * The agent as it is to be when its file says this. What was changed by command since stays, as long as the file says what it said then.
 * Who was retired by somebody comes back only when the file says something new. The same object where nothing changes.
 */
export function withWish(agent: Agent, wish: AgentWish): Agent {
  const { said, kept } = heeded(agent, wish);
  const changed = changedFields(agent, said).length > 0;
  if (isGone(agent) && leaverOf(agent) !== null && !changed) return agent;
  if (!changed && !isGone(agent) && same(agent.fileSaid ?? {}, kept)) return agent;
  const { fileSaid: _, ...rest } = agent;
  return {
    ...rest,
    ...said,
    ...(Object.keys(kept).length === 0 ? {} : { fileSaid: kept }),
    source: 'file',
    ...(isGone(agent) ? { status: 'idle' as const, passage: null, paused: null, retiredBy: null } : {}),
  };
}

/** Whether the agent is retired, or on its way out. */
export const isGone = ({ status, passage }: Pick<Agent, 'status' | 'passage'>): boolean =>
  status === 'retired' || passage?.kind === 'retirement';

const leaverOf = ({ passage, retiredBy }: Agent): MemberId | null =>
  passage?.kind === 'retirement' ? passage.by : (retiredBy ?? null);

/** What of a wish counts, and what of the file's words still stands behind words of a command. */
function heeded(agent: Agent, wish: AgentWish): { said: Partial<AgentWish>; kept: Partial<AgentWords> } {
  const before = Object.entries(agent.fileSaid ?? {});
  const kept = before.filter(([field, value]) => same(wish[field as keyof AgentWish], value));
  const said = Object.entries(wish).filter(([field]) => !kept.some(([other]) => other === field));
  return { said: Object.fromEntries(said) as Partial<AgentWish>, kept: Object.fromEntries(kept) };
}

/** The agent on its way out. The same object where it is already. */
export const retiring = (agent: Agent, passage: Pick<Passage, 'by' | 'room' | 'since'>): Agent =>
  isGone(agent) ? agent : { ...agent, passage: { ...passage, kind: 'retirement', step: 'finish', greets: null } };

/** Why a file's agent can't be there beside the agents that were made by command; null: it can. */
export function conflictOf(wish: AgentWish, others: Iterable<Agent>): string | null {
  for (const other of others) {
    if (other.source !== 'command' || isGone(other)) continue;
    if (other._id === wish._id)
      return `the agent ${wish._id} was made by command; retire it first, or give the file another id`;
    if (other.name.toLowerCase() === wish.name.toLowerCase())
      return `${wish.name} is the name of an agent that was made by command; choose another one`;
  }
  return null;
}

/** What is told when an agent is there that was not; by whom, null: the configuration. */
export const introduced = (agent: Pick<Agent, '_id' | 'name'>, version: number, by: MemberId | null): NewEvent =>
  event('AgentIntroduced', { agent: agent._id, version, by, name: agent.name });

/** What is told when an agent has another status. */
export const statusChanged = (
  { _id, status }: { readonly _id: AgentId; readonly status: Agent['status'] | null },
  to: Agent['status'],
  version: number,
): NewEvent[] =>
  status === to
    ? []
    : [event('AgentStatusUpdated', { agent: _id, version, turn: null, why: 'changed', from: status, to })];

/** What is told when this agent becomes that one, which is not stored yet. Pure: the same again has the same ids. */
export function agentChanges(agent: Agent, next: Agent, by: MemberId | null): NewEvent[] {
  const version = agent.version + 1;
  if (isGone(agent) && !isGone(next))
    return [introduced(next, version, by), ...statusChanged(agent, next.status, version)];
  const changed = changedFields(agent, wordsOf(next)).slice(0, 100);
  return [
    ...(changed.length === 0 ? [] : [event('AgentManifestChanged', { agent: agent._id, version, by, changed })]),
    ...statusChanged(agent, next.status, version),
  ];
}

const wordsOf = ({ name, description, instructions, role, resources, publicProfile, model, owner }: Agent) => ({
  name,
  description,
  instructions,
  role,
  resources,
  publicProfile,
  model,
  owner,
});
