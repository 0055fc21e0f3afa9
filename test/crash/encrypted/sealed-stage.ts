import { join } from 'node:path';
import { ExternalWorld } from '../../e2e/driver/external-world.ts';
import { toolModel } from '../../e2e/driver/settings.ts';
import { Book, type Play } from '../book.ts';
import { personModerates } from '../plays/chambers.ts';
import { lives } from '../plays/newcomers.ts';
import { talk } from '../plays/talk.ts';
import type { Random } from '../random.ts';
import { stageConfig } from '../stage.ts';
import { openSealed, openSealedChamber, openSealedDialogue, type SealedRoom } from './open-sealed.ts';
import { SealedSpeaker } from './sealed-speaker.ts';

/**
 * Where the crash test of encrypted rooms plays: a homeserver that stays, two people with three direct chats, two rooms of both, and one that is
 * moderated by one of them, and a room of the owner where agents come and go. All of them are encrypted. The control does with those where people just talk.
 */
export interface SealedStage {
  readonly world: ExternalWorld;
  readonly book: Book;
  readonly plays: readonly Play[];
  readonly rooms: readonly SealedRoom[];
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
  const agents = { Ada, Bruno, Clara };
  const mara = new SealedSpeaker(await world.newSecretPerson('Mara'));
  const otto = new SealedSpeaker(await world.newSecretPerson('Otto'));
  const talking = [
    await openSealedDialogue(mara, 'Ada', agents),
    await openSealedDialogue(otto, 'Bruno', agents),
    await openSealedDialogue(mara, 'Clara', agents),
    await openSealed([mara, otto], agents),
    await openSealed([otto, mara], agents),
  ];
  const book = new Book();
  const led = isWhole ? await openLed(world, { book, mara, otto }, random) : [];
  const rooms = [...talking, ...led.map(({ room }) => room)];
  for (const room of rooms) book.add(room);
  const plays = [...talking.map(room => talk(book, room, random, manner)), ...led.map(({ play }) => play)];
  return { world, book, plays, rooms, agents: { ...agents, parley } };
}

interface Leaders {
  readonly book: Book;
  readonly mara: SealedSpeaker;
  readonly otto: SealedSpeaker;
}

/** Where @parley is: one decides who speaks, and agents come and go. */
async function openLed(
  world: ExternalWorld,
  { book, mara, otto }: Leaders,
  random: Random,
): Promise<{ readonly room: SealedRoom; readonly play: Play }[]> {
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
