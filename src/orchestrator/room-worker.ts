import type { Draft } from '../core/document.ts';
import { floorBeginnings, floorEndings } from '../core/events/floor-changes.ts';
import type { Floor } from '../core/floor/floor.ts';
import { restartSlot } from '../core/floor/slot.ts';
import type { ChatId, TurnId } from '../core/ids.ts';
import type { Turn } from '../core/turn.ts';
import { step } from '../telemetry/step.ts';
import { leaveAttention, takeAttention } from './attention/shift-attention.ts';
import type { Alarms } from './floor/alarms.ts';
import { isModerated } from './floor/floor-rules.ts';
import { hearRoom } from './floor/hear-room.ts';
import { type Passed, passFloor } from './floor/pass-floor.ts';
import { readFloor } from './floor/read-floor.ts';
import { settleSpeaker } from './floor/settle-speaker.ts';
import type { Untold } from './floor/untold.ts';
import type { Installation } from './installation.ts';
import { type EnforcedRooms, keepPower } from './power/keep-power.ts';
import { topics } from './topics.ts';

const maxAsides = 50;

/** What this process remembers of rooms between two runs. */
export interface RoomMemory {
  readonly alarms: Alarms;
  readonly enforced: EnforcedRooms;
  readonly untold: Untold;
}

/**
 * Brings a room up to date: tells what an earlier run could not, ends a turn that is done, deals with what is new in the log, gives the floor to
 * the next in the queue, and wakes that turn. One run at a time for each room in a process. A second process that works on the same room loses the
 * compare-and-set on the floor and begins anew. Every step may be repeated: turns are inserted under ids made from their cause, then the floor
 * moves its cursor.
 */
export async function workRoom(parley: Installation, chat: ChatId, memory: RoomMemory): Promise<void> {
  await memory.untold.tellFirst(chat);
  let floor = await readFloor(parley, chat);
  let told: TurnId | null = null;
  for (;;) {
    const before = floor;
    const heard = await hearRoom(parley, await settleSpeaker(parley, before));
    const next = await passFloor(parley, heard);
    const asides = [...(heard.asides ?? []), ...next.asides];
    await insertTurns(parley, [...heard.turns, ...asides]);
    if (await leaveAttention(parley, before, next.floor)) told = null;
    try {
      floor = await moveOn(parley, { before, next, asides }, memory);
      // At once, and not when there is nothing more to deal with: somebody waits for the answer.
      told = await takeAttention(parley, floor, told);
    } catch (error) {
      if (next.floor !== before) await memory.untold.tellSince(before);
      throw error;
    }
    if (floor !== before) parley.views.changed(floor, heard.chat !== null && isModerated(parley, heard.chat));
    if (next.floor === before || (asides.length > 0 && (await hasManyAsides(parley, chat)))) return;
  }
}

interface Move {
  readonly before: Floor;
  readonly next: Passed;
  readonly asides: readonly Draft<Turn>[];
}

/** Stores the floor, and has the room let its holder speak. Gives the floor as it is stored now. */
async function moveOn(
  parley: Installation,
  { before, next, asides }: Move,
  { alarms, enforced }: RoomMemory,
): Promise<Floor> {
  const floor = next.floor === before ? before : await commit(parley, before, next.floor);
  for (const aside of asides) parley.queue.wake(topics.turns, aside._id);
  alarms.set(floor._id, next.lookAgainAt);
  const mayDiffer = next.chat === null && next.floor.handledThrough !== before.handledThrough;
  const begins = await keepPower(parley, enforced, { floor, chat: next.chat, mayDiffer });
  return begins ? startSlot(parley, floor) : floor;
}

/** Turns and floor follow from the log, which is on the disk: they need not wait for it. */
async function insertTurns({ store }: Installation, turns: readonly Draft<Turn>[]): Promise<void> {
  if (turns.length === 0) return;
  await store.collection('turns').insert(turns, 'process');
  step('turn.inserted');
}

/** The floor as it is stored now: another one where another process was faster, or where the store took this one though its answer was lost. */
async function commit(parley: Installation, before: Floor, floor: Floor): Promise<Floor> {
  const { store, bus } = parley;
  bus.publish(floorEndings(before, floor));
  const stored = await store.collection('speaker_queues').replace(floor, 'process');
  step('floor.committed');
  const now = stored ?? (await readFloor(parley, floor._id));
  bus.publish(floorBeginnings(before, now));
  return now;
}

/** Who may speak only from now on has the whole slot. */
async function startSlot(parley: Installation, floor: Floor): Promise<Floor> {
  const restarted = restartSlot(floor, parley.clock.now());
  return restarted === floor ? floor : commit(parley, floor, restarted);
}

/** Then the room waits until one of them is done, which wakes it: nobody fills the memory with commands. */
async function hasManyAsides({ store }: Installation, chat: ChatId): Promise<boolean> {
  const unsent = await store.collection('turns').find({ where: { chat, state: 'replied' }, limit: maxAsides });
  return unsent.length >= maxAsides;
}
