import { Book, type Play } from '../crash/book.ts';
import { openDialogue, openGroup } from '../crash/open-rooms.ts';
import { talk } from '../crash/plays/talk.ts';
import type { LoadedRoom } from '../crash/progress.ts';
import type { Random } from '../crash/random.ts';
import type { Person } from '../e2e/driver/person.ts';
import type { Installation } from './installation.ts';

/** Who talks, and where. */
export interface Town {
  readonly book: Book;
  readonly plays: readonly Play[];
}

export interface TownSize {
  readonly people: number;
  readonly rooms: number;
  /** Whether they talk without a pause. */
  readonly busy: boolean;
  /** Whether they ask for nothing but what grows for seconds. */
  readonly growing: boolean;
}

/** In each room somebody says something about so often; few of them want a long answer, which costs a homeserver a lot. */
const manner = { rest: [500, 15_000], lengthy: 0.1 } as const;
const busyManner = { rest: [10, 250], lengthy: 0.1 } as const;
const names = ['Ada', 'Bruno', 'Clara'] as const;
const openedAtOnce = 4;

/** Dialogues for two thirds, groups of two to five people for the others. */
export async function settleTown(installation: Installation, random: Random, size: TownSize): Promise<Town> {
  const people: Person[] = [];
  for (let nth = 1; nth <= size.people; nth += 1) people.push(await installation.newPerson(`Person${nth}`));
  const { parley: _, ...speakers } = installation.agents;
  const { growing } = size;
  const groups = Math.floor(size.rooms / 3);
  const opening = Array.from({ length: size.rooms }, (_room, nth) => () => {
    const at = (index: number): Person => people[index % people.length] as Person;
    if (nth >= groups) return openDialogue(at(nth), names[nth % names.length] ?? 'Ada', speakers);
    const members = Array.from({ length: 2 + (nth % 4) }, (_member, index) => at(nth + index));
    return openGroup([...new Set(members)], speakers);
  });
  const rooms = await severalAtOnce(opening, openedAtOnce);
  const book = new Book();
  for (const room of rooms) book.add(room);
  return {
    book,
    plays: rooms.map(room => talk(book, room, random, { ...(size.busy ? busyManner : manner), growing })),
  };
}

async function severalAtOnce(work: readonly (() => Promise<LoadedRoom>)[], count: number): Promise<LoadedRoom[]> {
  const left = [...work];
  const done: LoadedRoom[] = [];
  const one = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) done.push(await next());
  };
  await Promise.all(Array.from({ length: count }, one));
  return done;
}
