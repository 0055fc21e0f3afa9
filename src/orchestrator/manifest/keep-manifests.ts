import type { Agent } from '../../core/agent.ts';
import type { DomainEvent } from '../../core/events/event.ts';
import { type AgentId, agentMember, agentOf, type ChatId, type MemberId } from '../../core/ids.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';
import { statusChanged } from '../lifecycle/agent-changes.ts';
import { countTasks } from '../tasks/count-tasks.ts';
import { statusAtWork, statusBy } from './status-now.ts';

/** An agent's manifest is written at most once in this time, however much it says. */
const pauseMs = 2_000;
/** One that could not be written is written so much later, with what is new by then. */
const againMs = 10_000;
const mostWaiting = 10_000;
const mostAtTheEnd = 1_000;

/** What has to be looked at of an agent. */
interface Stir {
  rooms: boolean;
  seenAt: number | null;
}

/**
 * Keeps the manifests of agents true while they work: status, what they do, their rooms, when they were last seen. Nothing is kept for an agent
 * that is idle. Gives how to end it, by which all are shown as offline, unless other processes may go on.
 */
export function keepManifests(parley: Installation): () => Promise<void> {
  const stirred = new Map<AgentId, Stir>();
  let ended = false;

  async function write(agent: AgentId): Promise<void> {
    const stir = stirred.get(agent);
    stirred.delete(agent);
    if (stir === undefined || ended) return;
    await writeManifest(parley, agent, stir).catch((error: unknown) => {
      parley.log.warn({ agent, err: error }, 'A manifest could not be written; it is tried again.');
      const since = stirred.get(agent);
      if (since === undefined) parley.clock.after(againMs, () => void write(agent));
      stirred.set(agent, { rooms: stir.rooms || since?.rooms === true, seenAt: since?.seenAt ?? stir.seenAt });
    });
  }

  function note(member: MemberId, what: Partial<Stir>): void {
    const agent = agentOf(member);
    if (agent === null || !parley.agents.has(agent) || ended) return;
    const known = stirred.get(agent);
    if (known === undefined) parley.clock.after(pauseMs, () => void write(agent));
    stirred.set(agent, { rooms: false, seenAt: null, ...known, ...what });
  }

  parley.bus.subscribe({
    group: 'manifests',
    topics: ['Floor', 'ChatEvents', 'Tasks'],
    durable: false,
    attempts: 1,
    most: mostWaiting,
    handle: async event => {
      hear(event, note, parley.clock.now());
    },
  });
  return async () => {
    ended = true;
    if (!parley.crew.shared) await allOffline(parley);
  };
}

function hear(event: DomainEvent, note: (member: MemberId, what: Partial<Stir>) => void, now: number): void {
  if (event.type === 'SpeakGranted' || event.type === 'SpeakReleased')
    note(event.data.speaker as MemberId, { seenAt: now });
  for (const agent of workersIn(event)) note(agentMember(agent), { seenAt: now });
  if (event.type === 'ParticipantJoined' || event.type === 'ParticipantLeft') note(event.data.member, { rooms: true });
}

/** The agents that have begun, gone on with, or let go of a task. */
function workersIn(event: DomainEvent): AgentId[] {
  if (event.topic !== 'Tasks') return [];
  const agents = 'agent' in event.data ? [event.data.agent] : [];
  const before = event.type === 'TaskAssigned' ? [event.data.from] : [];
  return [...agents, ...before].filter(agent => agent !== null);
}

/** Only what the agent itself says of itself is changed: the words of its owner stay as they are stored. */
async function writeManifest(parley: Installation, id: AgentId, { rooms, seenAt }: Stir): Promise<void> {
  const agents = parley.store.collection('agents');
  const here = rooms ? await roomsOf(parley, id) : null;
  const [attends, tasks] = await Promise.all([parley.attention.of(id), countTasks(parley, id)]);
  const stored = await change(
    agents,
    id,
    agent => {
      if (agent.status === 'retired' || agent.passage) return agent;
      const { status, activities } = statusBy(agent, attends, tasks);
      const lastSeen = seenAt ?? agent.lastSeen;
      const next: Agent = {
        ...agent,
        status,
        currentActivities: activities,
        lastSeen,
        ...(here ? { rooms: here } : {}),
      };
      return JSON.stringify(next) === JSON.stringify(agent) ? agent : next;
    },
    'process',
  );
  if (stored !== null) parley.service.take(stored);
}

async function roomsOf({ store }: Installation, agent: AgentId): Promise<ChatId[]> {
  const stays = await store.collection('agent_chats').find({ where: { agent }, limit: 1000 });
  return stays.filter(({ joinedAt, leftAt }) => joinedAt !== null && leftAt === null).map(({ chat }) => chat);
}

/** At the end; of very many agents those that were not idle, and the first thousand. */
async function allOffline(parley: Installation): Promise<void> {
  const inService = [...parley.agents.values()].filter(({ status }) => status !== 'offline' && status !== 'retired');
  const first = inService.toSorted((a, b) => Number(a.status === 'idle') - Number(b.status === 'idle'));
  await Promise.all(first.slice(0, mostAtTheEnd).map(agent => goOffline(parley, agent)));
}

async function goOffline(parley: Installation, { _id, paused }: Agent): Promise<void> {
  const before = paused ? 'offline' : await statusAtWork(parley, _id);
  const stored = await change(
    parley.store.collection('agents'),
    _id,
    (agent): Agent => (agent.status === 'retired' ? agent : { ...agent, status: 'offline', currentActivities: [] }),
    'process',
  );
  if (stored?.status === 'offline')
    parley.bus.publish(statusChanged({ _id, status: before }, 'offline', stored.version));
}
