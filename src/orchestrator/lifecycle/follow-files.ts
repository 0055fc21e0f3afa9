import type { Agent, Passage } from '../../core/agent.ts';
import type { AgentId, ChatId, MemberId } from '../../core/ids.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { type AgentWish, agentChanges, conflictOf, isGone, newAgent, withWish } from './agent-changes.ts';
import { retireAgent } from './change-agent.ts';

/** Where agents of the configuration are at home. */
export interface Home {
  /** Who gets a direct chat with each; null: nobody. */
  readonly greets: MemberId | null;
  /** The room with all of them, or null. */
  readonly room: ChatId | null;
}

/**
 * Makes the agents in service what the files of the configuration say now: new ones are introduced, changed ones are changed at once, and whose
 * file is gone is retired. Gives what could not be done, a sentence each. May be repeated.
 */
export async function followFiles(
  parley: Installation,
  wishes: readonly AgentWish[],
  home: Home,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const wish of wishes) {
    const problem = await followFile(parley, wish, home);
    if (problem !== null) problems.push(problem);
  }
  const wanted = new Set<AgentId>(wishes.map(({ _id }) => _id));
  for (const agent of [...parley.agents.values()]) {
    if (agent.source === 'command' || agent.role === 'orchestrator' || wanted.has(agent._id) || isGone(agent)) continue;
    await retireAgent(parley, { agent: agent._id, by: null });
  }
  return problems;
}

async function followFile(parley: Installation, wish: AgentWish, home: Home): Promise<string | null> {
  const { _id } = wish;
  const seen = parley.agents.get(_id);
  if (seen !== undefined && withWish(seen, wish) === seen) return null;
  const agents = parley.store.collection('agents');
  const known = seen ?? (await agents.get(_id));
  const conflict = conflictOf(wish, parley.agents.values()) ?? closed(known);
  if (conflict !== null) return `${wish.name} is passed over: ${conflict}.`;
  const passage: Passage = { ...home, kind: 'introduction', step: 'account', by: null, since: parley.clock.now() };
  if (known === null) {
    await agents.insert([newAgent(wish, { status: 'offline', source: 'file', passage })]);
    return taken(parley, await agents.get(_id));
  }
  const next = (agent: Agent): Agent => {
    const wished = withWish(agent, wish);
    return isGone(agent) && !isGone(wished) ? { ...wished, status: 'offline', passage } : wished;
  };
  const wanted = next(known);
  if (wanted === known) return null;
  // Of who comes back is told when they are there.
  if (!isGone(known)) await parley.bus.keep(agentChanges(known, wanted, null));
  return taken(parley, await change(agents, _id, next));
}

const closed = (agent: Agent | null): string | null =>
  agent !== null && isGone(agent) && (agent.closedOn ?? []).length > 0
    ? `the account of the agent ${agent._id} was closed for good; give the file another id`
    : null;

function taken({ service, queue }: Installation, agent: Agent | null): null {
  if (agent === null) return null;
  service.take(agent);
  queue.wake(topics.passages, agent._id);
  return null;
}
