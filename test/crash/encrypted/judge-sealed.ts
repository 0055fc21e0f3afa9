import { judgeRoom } from '../judge.ts';
import { type KeyUse, readNotes, useOf } from './key-uses.ts';
import type { SealedStage } from './sealed-stage.ts';
import { readingFaults, reusedKeys, type SealedFault } from './verify-sealed.ts';

export interface Judgement {
  readonly faults: SealedFault[];
  readonly answers: number;
  /** How many events were read, by all people together. */
  readonly read: number;
  /** How many different keys were used. */
  readonly keys: number;
}

/** Reads every room from the homeserver anew, as each of its people, and judges it. */
export async function judgeSealed({ world, book, rooms, agents }: SealedStage): Promise<Judgement> {
  const faults: SealedFault[] = [...book.faults];
  const uses: KeyUse[] = await readNotes(world.parley.folder);
  let [answers, read] = [0, 0];
  for (const room of rooms) {
    for (const [index, person] of room.people.entries()) {
      const events = await person.read(room.id);
      read += events.length;
      faults.push(...readingFaults({ room: room.id, reader: person.id, events }));
      // The first has made the room, and so has read all of it.
      if (index > 0) continue;
      uses.push(...events.flatMap(({ raw }) => useOf(raw.content) ?? []));
      const judged = judgeRoom(
        { agents },
        room,
        events.map(({ shown }) => shown),
      );
      faults.push(...judged.faults);
      answers += judged.answers;
    }
  }
  const keys = new Set(uses.map(({ session, index }) => `${session} ${index}`)).size;
  return { faults: [...faults, ...reusedKeys(uses)], answers, read, keys };
}
