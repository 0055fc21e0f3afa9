import type { AgentId, MemberId } from './ids.ts';
import { agentOf } from './ids.ts';
import type { Said } from './message.ts';
import type { AgentCard, Room } from './room.ts';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const letter = '[\\p{L}\\p{N}_]';

/** Whether a line begins with `@name`, perhaps in bold or as a list item. */
export const startsWithCall = (line: string, name: string): boolean =>
  new RegExp(`^[\\s>*_-]*@${escaped(name)}(?!${letter})`, 'iu').test(line);

/** Where `name` stands as `@name`, or as a word of its own spelled just so, or in front of a comma or colon at the start; -1 if nowhere. */
export function findName(text: string, name: string): number {
  if (name === '') return -1;
  const word = escaped(name);
  const patterns = [
    new RegExp(`(?<!${letter})@${word}(?!${letter})`, 'iu'),
    new RegExp(`(?<![@\\p{L}\\p{N}_.:/-])${word}(?!${letter})`, 'u'),
    new RegExp(`^\\s*${word}\\s*[,:]`, 'iu'),
  ];
  const places = patterns.map(pattern => text.search(pattern)).filter(place => place >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}

/** The agents that a message speaks to by name or by the network's own mentions, in the order in which they stand in the text. */
export function mentionedAgents(said: Pick<Said, 'text' | 'mentions'>, agents: readonly AgentCard[]): AgentId[] {
  const marked = new Set(said.mentions.map(agentOf));
  return agents
    .map(agent => ({ id: agent._id, place: placeOf(said.text, agent), marked: marked.has(agent._id) }))
    .filter(found => found.place >= 0 || found.marked)
    .map(found => ({ id: found.id, place: found.place >= 0 ? found.place : said.text.length }))
    .sort((a, b) => a.place - b.place)
    .map(found => found.id);
}

function placeOf(text: string, agent: AgentCard): number {
  const places = [
    findName(text, agent.name),
    text.search(new RegExp(`(?<!${letter})@(agent-)?${escaped(agent._id)}(?!${letter})`, 'iu')),
  ];
  const found = places.filter(place => place >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

/** Whether a message speaks to a person (or somebody else's bot) of the room: a mention, or `@Name`. The sender does not count. */
export function mentionsPerson(said: Pick<Said, 'text' | 'mentions'>, from: MemberId, room: Room): boolean {
  if (said.mentions.some(member => agentOf(member) === null && member !== from)) return true;
  return room.people.some(
    person =>
      person.id !== from &&
      person.name !== '' &&
      new RegExp(`(?<!${letter})@${escaped(person.name)}(?!${letter})`, 'iu').test(said.text),
  );
}
