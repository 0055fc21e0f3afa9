import type { ReplyRequest } from '../../ports/agent-runtime.ts';
import { cleanName, jsonLine } from './clean.ts';

/** What an agent is told about itself and where it is. One JSON object a line, so that no value can look like another. */
export interface RoomFacts {
  readonly you: { readonly id: string; readonly name: string; readonly description: string; readonly skills: string[] };
  readonly room: { readonly kind: 'private' | 'group'; readonly name?: string; readonly topic?: string };
  readonly agents: readonly AgentFacts[];
  readonly people: readonly { readonly id: string; readonly name: string }[];
  /** Members beyond those that are named. */
  readonly more: number;
}

export interface AgentFacts {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly skills: string[];
}

const mostAgents = 30;
const mostPeople = 40;

/** Sorted by id and bounded, so that the same room gives the same bytes. */
export function roomFacts({ agent, chat }: ReplyRequest): RoomFacts {
  const own = `agent:${agent._id}`;
  // The orchestrator takes no part in conversations: nothing can be handed over to it.
  const others = chat.members
    .filter(({ id, agent: other }) => id !== own && other?.role !== 'orchestrator')
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const agents = others.flatMap(({ id, agent: other }) => (other === null ? [] : [agentFacts(id, other)]));
  const people = others.flatMap(({ id, name, agent: other }) =>
    other === null ? [{ id: cleanName(id, 255), name: cleanName(name) }] : [],
  );
  const named = Math.min(agents.length, mostAgents) + Math.min(people.length, mostPeople);
  return {
    you: agentFacts(own, agent),
    room: {
      kind: chat.kind,
      ...(chat.name === null ? {} : { name: cleanName(chat.name, 100) }),
      ...(chat.topic === null ? {} : { topic: cleanName(chat.topic, 300) }),
    },
    agents: agents.slice(0, mostAgents),
    people: people.slice(0, mostPeople),
    more: others.length - named,
  };
}

type DescribedAgent = Pick<ReplyRequest['agent'], 'name' | 'description' | 'resources'>;

/** A skill may be a list of words for one thing, of which the first is enough here. */
function agentFacts(id: string, agent: DescribedAgent): AgentFacts {
  return {
    id,
    name: cleanName(agent.name),
    description: cleanName(agent.description, 200),
    skills: agent.resources.skills.slice(0, 12).map(skill => cleanName(skill.split(',')[0] ?? '', 40)),
  };
}

/** The section that ends the system message. Its heading is found again as the last line that equals it: no value has line breaks. */
export function writeFacts(facts: RoomFacts): string {
  const lines = [
    heading,
    jsonLine({ you: facts.you }),
    jsonLine({ room: facts.room }),
    ...facts.agents.map(agent => jsonLine({ agent })),
    ...facts.people.map(person => jsonLine({ person })),
    ...(facts.more > 0 ? [jsonLine({ more: facts.more })] : []),
  ];
  return lines.join('\n');
}

const heading = '# Room';

/** Reads what `writeFacts` wrote, for the demo model; null where there is no such section. */
export function readFacts(system: string): RoomFacts | null {
  const lines = system.split('\n');
  const start = lines.lastIndexOf(heading);
  if (start < 0) return null;
  const entries = lines.slice(start + 1).map(line => JSON.parse(line) as Partial<Entry>);
  const you = entries.find(entry => entry.you)?.you;
  const room = entries.find(entry => entry.room)?.room;
  if (you === undefined || room === undefined) return null;
  return {
    you,
    room,
    agents: entries.flatMap(entry => entry.agent ?? []),
    people: entries.flatMap(entry => entry.person ?? []),
    more: entries.find(entry => entry.more)?.more ?? 0,
  };
}

interface Entry {
  readonly you: RoomFacts['you'];
  readonly room: RoomFacts['room'];
  readonly agent: AgentFacts;
  readonly person: RoomFacts['people'][number];
  readonly more: number;
}
