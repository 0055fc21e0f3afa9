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
import { passFloor } from './floor/pass-floor.ts';
import { readFloor } from './floor/read-floor.ts';
import { settleSpeaker } from './floor/settle-speaker.ts';
import type { Installation } from './installation.ts';
import { type EnforcedRooms, keepPower } from './power/keep-power.ts';
import { topics } from './topics.ts';

const maxAsides = 50;

/** What this process remembers of rooms between two runs. */
export interface RoomMemory {
  readonly alarms: Alarms;
  readonly enforced: EnforcedRooms;
}

/**
 * Brings a room up to date: ends a turn that is done, deals with what is new in the log, gives the floor to the next in the queue, and
 * wakes that turn. One run at a time for each room in a process. A second process that works on the same room loses the
 * compare-and-set on the floor and begins anew. Every step may be repeated: turns are inserted under ids made from their cause, then the floor
 * moves its cursor.
 */
export async function workRoom(parley: Installation, chat: ChatId, { alarms, enforced }: RoomMemory): Promise<void> {
  let floor = await readFloor(parley, chat);
  let told: TurnId | null = null;
  for (;;) {
    const before = floor;
    const heard = await hearRoom(parley, await settleSpeaker(parley, before));
    const next = await passFloor(parley, heard);
    const asides = [...(heard.asides ?? []), ...next.asides];
    await insertTurns(parley, [...heard.turns, ...asides]);
    if (await leaveAttention(parley, before, next.floor)) told = null;
    if (next.floor !== before) floor = (await commit(parley, before, next.floor)) ?? (await readFloor(parley, chat));
    for (const aside of asides) parley.queue.wake(topics.turns, aside._id);
    alarms.set(chat, next.lookAgainAt);
    const mayDiffer = next.chat === null && next.floor.handledThrough !== before.handledThrough;
    if (await keepPower(parley, enforced, { floor, chat: next.chat, mayDiffer }))
      floor = await startSlot(parley, floor);
    // At once, and not when there is nothing more to deal with: somebody waits for the answer.
    told = await takeAttention(parley, floor, told);
    if (floor !== before) parley.views.changed(floor, heard.chat !== null && isModerated(parley, heard.chat));
    if (next.floor === before || (asides.length > 0 && (await hasManyAsides(parley, chat)))) return;
  }
}

/** Turns and floor follow from the log, which is on the disk: they need not wait for it. */
async function insertTurns({ store }: Installation, turns: readonly Draft<Turn>[]): Promise<void> {
  if (turns.length === 0) return;
  await store.collection('turns').insert(turns, 'process');
  step('turn.inserted');
}

/** The floor as it is stored now, or null when another process was faster. */
async function commit({ store, bus }: Installation, before: Floor, floor: Floor): Promise<Floor | null> {
  bus.publish(floorEndings(before, floor));
  const stored = await store.collection('speaker_queues').replace(floor, 'process');
  step('floor.committed');
  if (stored !== null) bus.publish(floorBeginnings(before, stored));
  return stored;
}

/** Who may speak only from now on has the whole slot. */
async function startSlot(parley: Installation, floor: Floor): Promise<Floor> {
  const restarted = restartSlot(floor, parley.clock.now());
  if (restarted === floor) return floor;
  return (await commit(parley, floor, restarted)) ?? (await readFloor(parley, floor._id));
}

/** Then the room waits until one of them is done, which wakes it: nobody fills the memory with commands. */
async function hasManyAsides({ store }: Installation, chat: ChatId): Promise<boolean> {
  const unsent = await store.collection('turns').find({ where: { chat, state: 'replied' }, limit: maxAsides });
  return unsent.length >= maxAsides;
}
