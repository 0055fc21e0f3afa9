import { join } from 'node:path';
import { ExternalWorld } from '../../e2e/driver/external-world.ts';
import { toolModel } from '../../e2e/driver/settings.ts';
import { Book, type Play } from '../book.ts';
import { personModerates } from '../plays/chambers.ts';
import { lives } from '../plays/newcomers.ts';
import { talk } from '../plays/talk.ts';
import type { Random } from '../random.ts';
import { stageConfig } from '../stage.ts';
import type { JudgedRoom } from './judge-sealed.ts';
import { openSealed, openSealedChamber, openSealedDialogue, type SealedRoom } from './open-sealed.ts';
import { SealedSpeaker } from './sealed-speaker.ts';
import { receives } from './visits.ts';

/**
 * Where the crash test of encrypted rooms plays: a homeserver that stays, two people with three direct chats, two rooms of both, and one that is
 * moderated by one of them, and a room of the owner where agents come and go. In one somebody new comes now and then. All rooms are encrypted. The control does with rooms of the last kind.
 */
export interface SealedStage {
  readonly world: ExternalWorld;
  readonly book: Book;
  readonly plays: readonly Play[];
  readonly rooms: readonly SealedRoom[];
  /** What those have read who are gone. */
  readonly visited: JudgedRoom[];
  /** User ids by name, @parley's too. */
  readonly agents: Readonly<Record<string, string>>;
}

/** Of ten messages nine are answered in brief: each answer that grows is many messages to encrypt. */
const manner = { rest: [50, 500], lengthy: 0.1 } as const;

export async function buildSealedStage(
  random: Random,
  { control }: { readonly control: boolean },
): Promise<SealedStage> {
  const folder = import.meta.dirname;
  const preload = [
    join(folder, '..', 'kill-at.ts'),
    join(folder, 'note-sealed.ts'),
    ...(control ? [join(folder, 'torn-pages.ts')] : []),
  ];
  const world = await ExternalWorld.prepare({ preload, config: url => ({ ...stageConfig, ...toolModel(url) }) });
  try {
    await world.parley.start();
    return await openRooms(world, random, { isWhole: !control });
  } catch (error) {
    await world.stop();
    throw error;
  }
}

async function openRooms(
  world: ExternalWorld,
  random: Random,
  { isWhole }: { readonly isWhole: boolean },
): Promise<SealedStage> {
  const { ada: Ada, bruno: Bruno, clara: Clara, parley } = world.agents;
  const scene: Scene = {
    world,
    book: new Book(() => world.parley.isReady && world.synapse.isReady),
    visited: [],
    agents: { Ada, Bruno, Clara },
  };
  const mara = new SealedSpeaker(await world.newSecretPerson('Mara'));
  const receptions = await openReceptions(scene, mara, isWhole);
  const acts = isWhole ? [...(await openAll(scene, mara, random)), ...receptions] : receptions;
  const rooms = acts.map(({ room }) => room);
  for (const room of rooms) scene.book.add(room);
  return { ...scene, plays: acts.map(({ play }) => play), rooms, agents: { ...scene.agents, parley } };
}

type Scene = Pick<SealedStage, 'world' | 'book' | 'visited' | 'agents'>;

interface Act {
  readonly room: SealedRoom;
  readonly play: Play;
}

/** One, or one for each agent, where people come one after another. */
async function openReceptions(scene: Scene, host: SealedSpeaker, isOne: boolean): Promise<Act[]> {
  const acts: Act[] = [];
  const rest = isOne ? ([2_000, 8_000] as const) : ([10, 500] as const);
  for (const [name, agent] of Object.entries(scene.agents).slice(0, isOne ? 1 : undefined)) {
    const room = await openSealed([host], { [name]: agent });
    acts.push({ room, play: receives({ ...scene, room, name, rest }) });
  }
  return acts;
}

async function openAll({ world, book, agents }: Scene, mara: SealedSpeaker, random: Random): Promise<Act[]> {
  const otto = new SealedSpeaker(await world.newSecretPerson('Otto'));
  const talking = [
    await openSealedDialogue(mara, 'Ada', agents),
    await openSealedDialogue(otto, 'Bruno', agents),
    await openSealedDialogue(mara, 'Clara', agents),
    await openSealed([mara, otto], agents),
    await openSealed([otto, mara], agents),
  ];
  const led = await openLed(world, { book, mara, otto }, random);
  return [...talking.map(room => ({ room, play: talk(book, room, random, manner) })), ...led];
}

interface Leaders {
  readonly book: Book;
  readonly mara: SealedSpeaker;
  readonly otto: SealedSpeaker;
}

/** Where @parley is: one decides who speaks, and agents come and go. */
async function openLed(world: ExternalWorld, { book, mara, otto }: Leaders, random: Random): Promise<Act[]> {
  const { ada: Ada, bruno: Bruno, parley } = world.agents;
  const owner = new SealedSpeaker(await world.secretOwner());
  const chamber = await openSealedChamber([mara, otto], { Ada, Bruno, parley });
  const nursery = await openSealed([owner], { Ada, parley });
  const serverName = parley.slice(parley.indexOf(':') + 1);
  return [
    { room: chamber, play: personModerates(book, { id: chamber.id, asker: mara, moderator: otto }, random) },
    { room: nursery, play: lives(book, { id: nursery.id, owner, serverName }) },
  ];
}
