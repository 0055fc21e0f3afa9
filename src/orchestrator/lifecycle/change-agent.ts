import type { Agent, AgentWords } from '../../core/agent.ts';
import { ParleyError } from '../../core/errors.ts';
import { event } from '../../core/events/event.ts';
import type { AgentId, ChatId, MemberId } from '../../core/ids.ts';
import { canShowPresence } from '../../ports/bridge-capabilities.ts';
import type { Installation } from '../installation.ts';
import { statusAtWork } from '../manifest/status-now.ts';
import { topics } from '../topics.ts';
import { isGone, retiring, statusChanged } from './agent-changes.ts';
import { checkWords, refused, refuseTaken } from './introduce-agent.ts';

interface Asked {
  readonly agent: AgentId;
  /** Null: the configuration. */
  readonly by: MemberId | null;
}

/**
 * Changes what an agent says of itself. Its name and picture follow on every chat network. `AGENT_CHANGED` where somebody else changed the same
 * fields since `seen` (left out: since this call began); `AGENT_REFUSED` where it can't be. May be repeated.
 */
export async function editAgent(
  parley: Installation,
  { agent: id, by, words, seen }: Asked & { readonly words: Partial<AgentWords>; readonly seen?: Agent },
): Promise<Agent> {
  const { resources, ...plain } = words;
  checkWords({ ...plain, ...(resources === undefined ? {} : { skills: resources.skills }) });
  if (words.name !== undefined) refuseTaken(parley, words.name, id);
  const first = seen ?? (await existing(parley, id));
  const changed = Object.keys(words) as (keyof AgentWords)[];
  const stored = await edit(parley, id, agent => {
    if (changed.some(field => differs(agent[field], first[field]) && differs(agent[field], words[field])))
      throw changedMeanwhile(agent, parley.settings.commandPrefix);
    return changed.every(field => !differs(agent[field], words[field])) ? agent : withWords(agent, words);
  });
  await parley.bus.keep([event('AgentManifestChanged', { agent: id, version: stored.version, by, changed })]);
  parley.queue.wake(topics.passages, id);
  return stored;
}

/** An agent that is paused stays in its rooms and answers nobody. May be repeated. */
export async function pauseAgent(parley: Installation, { agent: id, by }: Asked): Promise<Agent> {
  const since = parley.clock.now();
  const paused = await edit(parley, id, agent =>
    agent.paused ? agent : { ...agent, paused: { since, by }, status: 'offline', currentActivities: [] },
  );
  await tellStatus(parley, paused, await statusAtWork(parley, id));
  return paused;
}

/** May be repeated. */
export async function resumeAgent(parley: Installation, { agent: id }: Asked): Promise<Agent> {
  const status = await statusAtWork(parley, id);
  const resumed = await edit(parley, id, agent => (agent.paused ? { ...agent, paused: null, status } : agent));
  await tellStatus(parley, resumed, 'offline');
  return resumed;
}

/** Sends an agent on its way out. May be repeated. */
export async function retireAgent(
  parley: Installation,
  { agent: id, by, room = null }: Asked & { readonly room?: ChatId | null },
): Promise<Agent> {
  const since = parley.clock.now();
  const gone = await edit(parley, id, agent => retiring(agent, { by, room, since }));
  parley.queue.wake(topics.passages, id);
  return gone;
}

const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);

/** What the file says is kept as long as somebody else's words stand before it. */
function withWords(agent: Agent, words: Partial<AgentWords>): Agent {
  if (agent.source === 'command') return { ...agent, ...words };
  const said = (Object.keys(words) as (keyof AgentWords)[]).map(field => [field, agent[field]]);
  return { ...agent, ...words, fileSaid: { ...Object.fromEntries(said), ...agent.fileSaid } };
}

async function existing({ store }: Installation, id: AgentId): Promise<Agent> {
  const agent = await store.collection('agents').get(id);
  if (agent === null || agent.status === 'retired') throw refused(`There is no agent ${id} any more.`);
  return agent;
}

/** The agent as it is stored and seen from now on. Who keeps order, and who is on the way out, is not changed. */
async function edit(parley: Installation, id: AgentId, change: (agent: Agent) => Agent): Promise<Agent> {
  for (;;) {
    const agent = await existing(parley, id);
    if (agent.role === 'orchestrator') throw refused(`${agent.name} keeps order, and is changed in its file only.`);
    const changed = change(agent);
    if (changed !== agent && isGone(agent)) throw refused(`${agent.name} is being retired.`);
    const stored = changed === agent ? agent : await parley.store.collection('agents').replace(changed);
    if (stored === null) continue;
    parley.service.take(stored);
    return stored;
  }
}

async function tellStatus(parley: Installation, agent: Agent, before: Agent['status']): Promise<void> {
  const { _id, status, version } = agent;
  parley.bus.publish(statusChanged({ _id, status: before }, status, version));
  for (const bridge of parley.bridges.values()) {
    if (canShowPresence(bridge))
      await bridge.setPresence(_id, agent.paused ? 'offline' : 'online', agent.paused ? 'paused' : null);
  }
}

const changedMeanwhile = ({ name }: Agent, prefix: string): ParleyError =>
  new ParleyError(
    'AGENT_CHANGED',
    `Somebody else changed ${name} at the same time, so nothing was changed now. Look at it with \`${prefix}agent show\`, and try again.`,
  );
