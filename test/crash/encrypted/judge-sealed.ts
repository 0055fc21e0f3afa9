import { judgeRoom } from '../judge.ts';
import { type KeyUse, readNotes, useOf } from './key-uses.ts';
import type { SealedRoom } from './open-sealed.ts';
import type { SealedStage } from './sealed-stage.ts';
import { readingFaults, reusedKeys, type SealedFault } from './verify-sealed.ts';

/** What was found in a room. */
export interface JudgedRoom {
  readonly faults: readonly SealedFault[];
  readonly answers: number;
  /** How many events were read, by all people together. */
  readonly read: number;
  readonly uses: readonly KeyUse[];
}

export interface Judgement {
  readonly faults: readonly SealedFault[];
  readonly answers: number;
  readonly read: number;
  /** How many different keys were used. */
  readonly keys: number;
}

/** Reads every room from the homeserver anew, as each of its people, and judges it. */
export async function judgeSealed({ world, book, rooms, agents, visited }: SealedStage): Promise<Judgement> {
  const judged = [...visited];
  for (const room of rooms) judged.push(await judgeSealedRoom(room, agents));
  const uses = [...(await readNotes(world.parley.folder)), ...judged.flatMap(room => room.uses)];
  return {
    faults: [...book.faults, ...judged.flatMap(({ faults }) => faults), ...reusedKeys(uses)],
    answers: judged.reduce((sum, { answers }) => sum + answers, 0),
    read: judged.reduce((sum, { read }) => sum + read, 0),
    keys: new Set(uses.map(({ session, index }) => `${session} ${index}`)).size,
  };
}

/** Judges one; its first person has made it, and so has read all of it. */
async function judgeSealedRoom(room: SealedRoom, agents: Readonly<Record<string, string>>): Promise<JudgedRoom> {
  const readings = [];
  for (const person of room.people) readings.push({ reader: person.id, events: await person.read(room.id) });
  const whole = readings[0]?.events ?? [];
  const shown = whole.map(event => event.shown);
  const { faults, answers } = judgeRoom({ agents }, room, shown);
  return {
    faults: [...readings.flatMap(reading => readingFaults({ room: room.id, ...reading })), ...faults],
    answers,
    read: readings.reduce((sum, { events }) => sum + events.length, 0),
    uses: whole.flatMap(({ raw }) => useOf(raw.content) ?? []),
  };
}
