import type { Agent, Passage } from '../../core/agent.ts';
import { agentDescription, agentInstructions, agentName, agentSkills, idFor } from '../../core/agent-words.ts';
import { ParleyError } from '../../core/errors.ts';
import { type AgentId, agentId, type ChatId, externalIdOf, type MemberId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { type AgentWish, isGone, newAgent } from './agent-changes.ts';
import { mayReuse } from './agent-rights.ts';

/** What is said of an agent that is to be made. */
export interface NewAgent {
  readonly name: string;
  readonly description: string;
  readonly instructions: string;
  readonly skills: readonly string[];
  readonly model: readonly string[];
}

interface Asked {
  readonly by: MemberId;
  /** The room that it is to come into, or null. */
  readonly room: ChatId | null;
  /** What asked for it: the same again makes no second agent. */
  readonly madeFor: string;
}

const behindFiles = 1_000_000;
const page = 1000;
const drawn = ['#3c6e8a', '#8a5a3c', '#3c8a4e', '#6a3c8a', '#8a3c58', '#5b6770'];

/**
 * Makes an agent that stands in the store only, and begins its introduction. Its owner is whoever asks. `AGENT_REFUSED` where the name is
 * taken, or was that of a retired agent of somebody else. May be repeated.
 */
export async function introduceAgent(parley: Installation, said: NewAgent, asked: Asked): Promise<Agent> {
  checkWords(said);
  const agents = parley.store.collection('agents');
  const made = [...parley.agents.values()].find(({ madeFor }) => madeFor === asked.madeFor);
  if (made !== undefined) return made;
  refuseTaken(parley, said.name);
  const former = await formerAgents(parley);
  const namesake = former.find(agent => isCalled(agent, said.name)) ?? null;
  if (namesake !== null && !mayReuse(asked.by, namesake, parley))
    throw refused(`${said.name} is the name of a retired agent of somebody else. Choose another one.`);
  const reused = namesake !== null && (namesake.closedOn ?? []).length === 0 ? namesake : null;
  const taken = (id: string): boolean =>
    id === 'parley' || parley.agents.has(agentId(id)) || former.some(one => one._id === id);
  const _id = reused?._id ?? agentId(idFor(said.name, taken));
  const draft = newAgent(wishOf(_id, said, asked.by), {
    status: 'offline',
    source: 'command',
    madeFor: asked.madeFor,
    passage: begun(asked, parley.clock.now()),
  });
  if (reused === null) await agents.insert([draft]);
  else await agents.replace({ ...reused, ...draft, retiredBy: null, provisioned: reused.provisioned });
  const stored = await agents.get(_id);
  // Somebody else was faster with this id.
  if (stored === null || stored.madeFor !== asked.madeFor) return introduceAgent(parley, said, asked);
  parley.service.take(stored);
  parley.queue.wake(topics.passages, _id);
  return stored;
}

const begun = ({ by, room }: Asked, since: number): Passage => ({
  kind: 'introduction',
  step: 'account',
  by,
  room,
  greets: by,
  since,
});

function wishOf(_id: AgentId, said: NewAgent, by: MemberId): AgentWish {
  const colour = drawn[[..._id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % drawn.length] ?? '#5b6770';
  return {
    _id,
    name: said.name,
    description: said.description,
    instructions: said.instructions || `You are ${said.name}. ${said.description}`,
    role: 'agent',
    resources: { skills: said.skills, tools: ['hand_over', 'ask_colleague', 'read_earlier'] },
    publicProfile: { avatar: null, colour },
    model: said.model,
    capabilities: [],
    minComplexity: 1,
    maxComplexity: 10,
    owner: externalIdOf(by),
    place: behindFiles,
  };
}

/** Refuses what no agent can have. */
export function checkWords(said: Partial<NewAgent>): void {
  const checks = [
    ['name', agentName, 'a name of letters, digits, spaces and dashes, of at most 40 characters'],
    ['description', agentDescription, 'one or two sentences of at most 300 characters'],
    ['instructions', agentInstructions, 'a text of at most 50,000 characters'],
    ['skills', agentSkills, 'at most 200 of them, with commas between them'],
  ] as const;
  for (const [field, schema, expected] of checks) {
    if (said[field] !== undefined && !schema.safeParse(said[field]).success)
      throw refused(`The ${field} of an agent: ${expected}.`);
  }
}

const isCalled = ({ _id, name }: Pick<Agent, '_id' | 'name'>, called: string): boolean =>
  [_id, name.toLowerCase()].includes(called.toLowerCase());

/** Refuses the name of another agent that is in service. */
export function refuseTaken({ agents }: Pick<Installation, 'agents'>, name: string, but: AgentId | null = null): void {
  const other = [...agents.values()].find(agent => agent._id !== but && isCalled(agent, name));
  if (other !== undefined)
    throw refused(`There is an agent ${other.name}${isGone(other) ? ', on its way out' : ''}. Choose another name.`);
}

async function formerAgents({ store }: Installation): Promise<Agent[]> {
  const all: Agent[] = [];
  for (;;) {
    const last = all.at(-1);
    const found = await store
      .collection('agents')
      .find({ where: { status: 'retired' }, limit: page, ...(last ? { after: last } : {}) });
    all.push(...found);
    if (found.length < page) return all;
  }
}

export const refused = (message: string): ParleyError => new ParleyError('AGENT_REFUSED', message);
