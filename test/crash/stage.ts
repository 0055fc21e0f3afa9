import { join } from 'node:path';
import { ExternalWorld } from '../e2e/driver/external-world.ts';
import type { Person } from '../e2e/driver/person.ts';
import { toolModel } from '../e2e/driver/settings.ts';
import { Book, type Play } from './book.ts';
import { openChamber, openCouncil, openDialogue, openGroup } from './open-rooms.ts';
import { agentModerates, letItGrant, personModerates } from './plays/chambers.ts';
import { type Council, councilPlays } from './plays/council.ts';
import { lives, visits } from './plays/newcomers.ts';
import { talk } from './plays/talk.ts';
import type { Random } from './random.ts';

/**
 * Where the crash test plays: a homeserver that stays, four people, a dialogue for each, two rooms of all, one that is moderated by a rule, one by a
 * person and one by an agent, and one where agents come and go.
 */
export interface Stage {
  readonly world: ExternalWorld;
  readonly book: Book;
  readonly plays: readonly Play[];
  readonly council: Council;
  /** User ids by name, @parley's too. */
  readonly agents: Readonly<Record<string, string>>;
}

const folder = import.meta.dirname;

/**
 * People write faster than they are answered here, and than people can, and each message is to have its own
 * answer; agents may hand over as often as they like. Budgets are counted, and suffice.
 */
export const stageConfig = {
  floor: { findBots: false, agentTurnsPerMinute: 100, roomTurnsPerMinute: 100 },
  conversation: { mergeWithinSeconds: 0, maxTurnsWithoutPerson: 100 },
  budgets: { perDay: 1e9, rooms: { default: 1e9 } },
};

export async function buildStage(random: Random, { control }: { readonly control: boolean }): Promise<Stage> {
  const preload = [join(folder, 'kill-at.ts'), ...(control ? [join(folder, 'random-txn-ids.ts')] : [])];
  const world = await ExternalWorld.prepare({ preload, config: url => ({ ...stageConfig, ...toolModel(url) }) });
  try {
    await world.parley.start();
    return await openRooms(world, random);
  } catch (error) {
    await world.stop();
    throw error;
  }
}

async function openRooms(world: ExternalWorld, random: Random): Promise<Stage> {
  const { ada: Ada, bruno: Bruno, clara: Clara, parley } = world.agents;
  const agents = { Ada, Bruno, Clara };
  const names = ['Ada', 'Bruno', 'Clara', 'Ada'];
  const people = await Promise.all(['Mara', 'Otto', 'Ines', 'Juri'].map(name => world.newPerson(name)));
  const talking = await Promise.all([
    ...people.map((person, index) => openDialogue(person, names[index] ?? 'Ada', agents)),
    ...[people, people.toReversed()].map(members => openGroup(members, agents)),
  ]);
  const council = await openCouncil(people, { Ada, Bruno, parley });
  const nursery = await openGroup([world.owner], { Ada, parley });
  const [mara, otto, ines] = people as [Person, Person, Person];
  const ruled = await openChamber([mara, otto], { Ada, Bruno, parley }, otto.id);
  const debated = await openChamber([ines], { ...agents, parley }, '@Clara');
  letItGrant(world.model);
  const book = new Book(() => world.parley.isReady && world.synapse.isReady);
  for (const room of [...talking, nursery, ruled, debated]) book.add(room);
  book.add({ id: council.id, people, partner: undefined });
  const plays = [
    ...talking.map(room => talk(book, room, random)),
    ...councilPlays(book, council, random),
    personModerates(book, { id: ruled.id, asker: mara, moderator: otto }, random),
    agentModerates(book, { id: debated.id, asker: ines }),
    visits(book, { people, agents }, random),
    lives(book, { id: nursery.id, owner: world.owner, serverName: parley.slice(parley.indexOf(':') + 1) }),
  ];
  return { world, book, plays, council, agents: { ...agents, parley } };
}
