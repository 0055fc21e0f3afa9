import type { Person } from '../e2e/driver/person.ts';
import type { Content } from '../e2e/driver/room-view.ts';
import { enter, introduction } from '../e2e/driver/world.ts';
import { type Council, cardOf, isEnforced } from './plays/council.ts';
import type { LoadedRoom } from './progress.ts';

type Agents = Readonly<Record<string, string>>;

/** The slots of the moderated room. */
export const councilSlotMs = 12_000;

export async function openDialogue(person: Person, partner: string, agents: Agents): Promise<LoadedRoom> {
  const agent = agents[partner] ?? '';
  const id = await person.createRoom({ is_direct: true, invite: [agent] });
  await introduction(person, id, agent);
  return { id, people: [person], partner };
}

export async function openGroup(people: readonly Person[], agents: Agents, more: Content = {}): Promise<LoadedRoom> {
  const [first, ...others] = people;
  if (first === undefined) throw new Error('a group needs people');
  const invite = [...Object.values(agents), ...others.map(person => person.id)];
  const id = await first.createRoom({ name: 'Group', invite, ...more });
  for (const person of others) await enter(person, id);
  await Promise.all(Object.values(agents).map(agent => introduction(first, id, agent)));
  return { id, people, partner: undefined };
}

/** A moderated room of the first, in which one of its members decides who speaks: a user id, or the name of an agent. */
export async function openChamber(people: readonly Person[], agents: Agents, moderator: string): Promise<LoadedRoom> {
  const room = await openGroup(people, agents);
  const [first] = people;
  await first?.ask(room.id, '!floor strategy moderated');
  await first?.ask(room.id, `!floor moderator ${moderator}`);
  return room;
}

/** A room of the first, who may always speak; the last never asks for the floor. */
export async function openCouncil(people: readonly Person[], agents: Agents): Promise<Council> {
  const users = { [agents.parley ?? '']: 100 };
  const { id } = await openGroup(people, agents, { room_version: '12', power_level_content_override: { users } });
  const [chair, ...members] = people;
  const intruder = members.pop();
  if (chair === undefined || intruder === undefined) throw new Error('a council needs two people');
  await chair.ask(id, '!floor strategy moderated');
  await chair.ask(id, `!floor slot ${councilSlotMs / 1_000}s 1 messages`);
  await chair.watch.until('a card', () => cardOf(chair.view(id)));
  await chair.watch.until('the levels of a moderated room', () => isEnforced(chair.view(id)) || undefined);
  return { id, chair, members, intruder, hands: new Map() };
}
