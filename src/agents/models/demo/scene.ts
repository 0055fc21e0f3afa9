import { type PersonFacts, type RoomFacts, readFacts } from '../../prompts/room-facts.ts';

/** One thing said. `label` is null where the format does not tell who it was (a dialogue). */
export interface Utterance {
  readonly label: string | null;
  readonly name: string | null;
  readonly text: string;
  readonly own: boolean;
}

/** All that the demo model knows when it answers. */
export interface Scene {
  readonly facts: RoomFacts;
  /** Oldest first, without the last. */
  readonly earlier: readonly Utterance[];
  readonly last: Utterance;
}

/** A message as LangChain has it: `system`, `human` or `ai`. */
export interface SceneMessage {
  readonly role: string;
  readonly text: string;
}

/** Reads the prompt. Somebody else's prompt gives a scene in which nobody is known. */
export function readScene(messages: readonly SceneMessage[]): Scene {
  const system = messages.find(({ role }) => role === 'system')?.text ?? '';
  const facts = callingNobody(readFacts(system) ?? unknown);
  const all = messages.filter(({ role }) => role !== 'system').flatMap(message => utterances(message, facts));
  return { facts, earlier: all.slice(0, -1), last: all.at(-1) ?? silence };
}

const silence: Utterance = { label: null, name: null, text: '', own: false };
const unknown: RoomFacts = {
  you: { name: 'the demo model', does: '', skills: '' },
  room: { kind: 'private' },
  agents: [],
  people: [],
  more: 0,
};

function utterances({ role, text }: SceneMessage, { room, people, agents }: RoomFacts): Utterance[] {
  if (role === 'ai') return [{ label: null, name: null, text, own: true }];
  if (room.kind === 'private') return [{ label: null, name: people[0]?.name ?? null, text, own: false }];
  return text.split('\n').flatMap(line => spoken(line, [...people, ...agents]) ?? []);
}

/** What stands in front of the lines of somebody. */
export const labelIn = ({ id, name }: PersonFacts): string => id ?? name;

function spoken(line: string, known: readonly PersonFacts[]): Utterance | null {
  const [, label, said] = /^<([^<>]+)> ("(?:[^"\\]|\\.)*")/.exec(line) ?? [];
  if (label === undefined || said === undefined) return null;
  const name = known.find(one => labelIn(one) === label)?.name ?? label;
  return { label, name: plain(name), text: JSON.parse(said), own: false };
}

/** An @ in somebody's name or in a topic would make the demo model call an agent just by naming them. */
const plain = (text: string): string => text.replaceAll('@', '');

function callingNobody(facts: RoomFacts): RoomFacts {
  const { name, topic } = facts.room;
  return {
    ...facts,
    room: {
      kind: facts.room.kind,
      ...(name === undefined ? {} : { name: plain(name) }),
      ...(topic === undefined ? {} : { topic: plain(topic) }),
    },
    people: facts.people.map(person => ({ name: plain(person.name), id: labelIn(person) })),
  };
}
