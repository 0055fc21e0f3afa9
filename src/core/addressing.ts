import type { AgentId, MemberId } from './ids.ts';
import { agentOf } from './ids.ts';
import type { Said } from './message.ts';
import type { AgentCard, Room } from './room.ts';

/** A text as a part of a regular expression that matches it. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const letter = '[\\p{L}\\p{N}_]';

/** Whether a line begins with `@name`, perhaps in bold or as a list item. A quotation is somebody else's call. */
export const startsWithCall = (line: string, name: string): boolean =>
  new RegExp(`^[\\s*_-]*@${escaped(name)}(?!${letter})`, 'iu').test(line);

/** Where `pattern` first stands in the text; null where it does not. */
function place(text: string, pattern: RegExp): number | null {
  const found = text.search(pattern);
  return found < 0 ? null : found;
}

const first = (places: readonly (number | null)[]): number | null => {
  const found = places.filter(one => one !== null);
  return found.length === 0 ? null : Math.min(...found);
};

/** Where `name` stands as `@name`. */
const placeOfCall = (text: string, name: string): number | null =>
  name === '' ? null : place(text, new RegExp(`(?<!${letter})@${escaped(name)}(?!${letter})`, 'iu'));

/** Where `name` stands as a word of its own, spelled just so, or however spelled at the start in front of a comma or colon. */
const placeOfName = (text: string, name: string): number | null =>
  first([
    place(text, new RegExp(`(?<![@\\p{L}\\p{N}_.:/-])${escaped(name)}(?!${letter})`, 'u')),
    place(text, new RegExp(`^\\s*${escaped(name)}\\s*[,:]`, 'iu')),
  ]);

type Place = (agent: AgentCard) => number | null;

/** The agents that have a place, in its order. */
function inOrder(agents: readonly AgentCard[], placeOf: Place): AgentId[] {
  return agents
    .flatMap(agent => {
      const at = placeOf(agent);
      return at === null ? [] : [{ id: agent._id, at }];
    })
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id);
}

/** The agents that a message calls by `@name` or by the network's own mentions, in the order in which they stand in the text. */
export function calledAgents(
  { text, mentions }: Pick<Said, 'text' | 'mentions'>,
  agents: readonly AgentCard[],
): AgentId[] {
  const marked = new Set(mentions.map(agentOf));
  return inOrder(agents, agent => {
    const called = first([
      placeOfCall(text, agent.name),
      placeOfCall(text, agent._id),
      placeOfCall(text, `agent-${agent._id}`),
    ]);
    return called ?? (marked.has(agent._id) ? (placeOfName(text, agent.name) ?? text.length) : null);
  });
}

/** The agents whose bare names stand in a text, in order. */
export const namedAgents = (text: string, agents: readonly AgentCard[]): AgentId[] =>
  inOrder(agents, agent => placeOfName(text, agent.name));

/** Whether a message speaks to a person (or somebody else's bot) of the room: a mention, or `@Name`. The sender does not count. */
export function mentionsPerson(said: Pick<Said, 'text' | 'mentions'>, from: MemberId, room: Room): boolean {
  if (said.mentions.some(member => agentOf(member) === null && member !== from)) return true;
  if (!said.text.includes('@')) return false;
  const names = room.people.flatMap(person => (person.id === from || person.name === '' ? [] : [person.name]));
  return callsAny(said.text, names);
}

/** Bounds the work for a text of nothing but `@`. */
const mostCalls = 1_000;
const callSign = new RegExp(`(?<!${letter})@`, 'giu');
const beginsWithLetter = new RegExp(`^${letter}`, 'iu');

/** Whether `@name` stands in the text for any of many names: each `@` is looked up, not each name, for a room can have 20,000 people. */
function callsAny(text: string, names: readonly string[]): boolean {
  const known = new Set(names.map(folded));
  const lengths = [...new Set([...known].map(name => name.length))];
  const words = folded(text);
  const isCall = (start: number, end: number): boolean =>
    end <= words.length && known.has(words.slice(start, end)) && !beginsWithLetter.test(text.slice(end, end + 2));
  return text
    .matchAll(callSign)
    .take(mostCalls)
    .some(({ index }) => lengths.some(length => isCall(index + 1, index + 1 + length)));
}

/** The same for texts that differ only in case, as regular expressions see it; as long as the text. */
const folded = (text: string): string =>
  /^[ -~\s]*$/.test(text) ? text.toUpperCase() : Array.from(text, foldedLetter).join('');

function foldedLetter(char: string): string {
  // Its capital is the I of i, which it is no form of.
  if (char === 'ı') return char;
  const forms = [char.toLowerCase().toUpperCase(), char.toLowerCase()];
  return forms.find(form => form.length === char.length) ?? char;
}
