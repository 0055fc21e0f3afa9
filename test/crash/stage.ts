import { join } from 'node:path';
import { ExternalWorld } from '../e2e/driver/external-world.ts';
import type { Person } from '../e2e/driver/person.ts';
import { RoomView } from '../e2e/driver/room-view.ts';
import { introduction } from '../e2e/driver/world.ts';
import type { LoadedRoom } from './load.ts';
import { readTimeline } from './timeline.ts';
import { type Fault, verifyRoom } from './verify.ts';

/** Where the crash test plays: a homeserver that stays, four people, a dialogue for each, and two rooms of all. */
export interface Stage {
  readonly world: ExternalWorld;
  readonly rooms: readonly LoadedRoom[];
  readonly agents: Readonly<Record<string, string>>;
}

const folder = import.meta.dirname;

/** People write faster than they are answered here, and than people can, and each message is to have its own answer. Budgets are counted, and suffice. */
const stageConfig = {
  floor: { findBots: false },
  conversation: { mergeWithinSeconds: 0 },
  budgets: { perDay: 1e9, rooms: { default: 1e9 } },
};

export async function buildStage(control: boolean): Promise<Stage> {
  const preload = [join(folder, 'kill-at.ts'), ...(control ? [join(folder, 'random-txn-ids.ts')] : [])];
  const world = await ExternalWorld.prepare({ preload, config: stageConfig });
  try {
    await world.parley.start();
    const agents = { Ada: world.agents.ada, Bruno: world.agents.bruno, Clara: world.agents.clara };
    const people = await Promise.all(['Mara', 'Otto', 'Ines', 'Juri'].map(name => world.newPerson(name)));
    const names = Object.keys(agents) as (keyof typeof agents)[];
    const dialogues = people.map((person, index) => dialogue(person, names[index % names.length] ?? 'Ada', agents));
    const groups = [people, people.toReversed()].map(members => group(members, Object.values(agents)));
    return { world, agents, rooms: await Promise.all([...dialogues, ...groups]) };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

/** Reads every room from the homeserver anew, and judges it. */
export async function judgeStage(stage: Stage): Promise<{ faults: Fault[]; answers: number }> {
  const results = [];
  for (const { id, people, partner } of stage.rooms) {
    const view = new RoomView();
    const [reader] = people;
    if (reader === undefined) continue;
    for (const event of await readTimeline(reader, id)) view.add(event);
    results.push(verifyRoom({ id, view, partner, agents: stage.agents }));
  }
  return {
    faults: results.flatMap(result => result.faults),
    answers: results.reduce((sum, result) => sum + result.answers, 0),
  };
}

async function dialogue(person: Person, name: string, agents: Readonly<Record<string, string>>): Promise<LoadedRoom> {
  const agent = agents[name] ?? '';
  const id = await person.createRoom({ is_direct: true, invite: [agent] });
  await introduction(person, id, agent);
  return { id, people: [person], partner: name };
}

async function group(people: readonly Person[], agents: readonly string[]): Promise<LoadedRoom> {
  const [first, ...others] = people;
  if (first === undefined) throw new Error('a group needs people');
  const id = await first.createRoom({ name: 'Group', invite: [...agents, ...others.map(person => person.id)] });
  for (const person of others) {
    await person.watch.until('an invitation', () => person.watch.invites.get(id));
    await person.join(id);
  }
  await Promise.all(agents.map(agent => introduction(first, id, agent)));
  return { id, people, partner: undefined };
}
