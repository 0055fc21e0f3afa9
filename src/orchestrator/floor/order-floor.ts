import { floorBeginnings, floorEndings } from '../../core/events/floor-changes.ts';
import type { Floor } from '../../core/floor/floor.ts';
import type { ChatId } from '../../core/ids.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { topics } from '../topics.ts';
import type { Ordered } from './orders.ts';
import { readFloor } from './read-floor.ts';

/**
 * Carries out an order about a floor that did not come as a message of the room, and wakes the room, which goes on from there:
 * `orderFloor(parley, { chat, by, cause }, order => holdFloor(order))`. Again from the newest floor when the room was faster.
 */
export async function orderFloor(
  parley: Installation,
  from: Pick<Ordered, 'by' | 'cause'> & { readonly chat: ChatId },
  order: (ordered: Ordered) => Promise<Decision>,
): Promise<void> {
  const { chat: id, by, cause } = from;
  for (;;) {
    const floor = await readFloor(parley, id);
    const decision = await order({ parley, chat: await ensureChat(parley, id), floor, by, cause });
    const turns = [...decision.turns, ...(decision.asides ?? [])];
    if (turns.length > 0) await parley.store.collection('turns').insert(turns);
    if (decision.floor !== floor && !(await commit(parley, floor, decision.floor))) continue;
    parley.queue.wake(topics.rooms, id);
    for (const aside of decision.asides ?? []) parley.queue.wake(topics.turns, aside._id);
    return;
  }
}

/** Stores the floor, and tells who waits now and who does not any more; false when another process was faster. */
async function commit({ store, bus }: Installation, before: Floor, after: Floor): Promise<boolean> {
  bus.publish(floorEndings(before, after));
  const stored = await store.collection('speaker_queues').replace(after);
  if (stored !== null) bus.publish(floorBeginnings(before, stored));
  return stored !== null;
}
