import { floorBeginnings } from '../../core/events/floor-changes.ts';
import { emptyFloor, type Floor } from '../../core/floor/floor.ts';
import { floorOf } from '../../core/floor/stored-floor.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';

/**
 * Tells again, under the same ids, who speaks and waits in the rooms of these turns: the process that stored it may have ended before
 * anybody heard of it.
 */
export async function tellFloors(
  { store, bus }: Pick<Installation, 'store' | 'bus'>,
  turns: readonly Turn[],
): Promise<void> {
  const chats = [...new Set(turns.filter(turn => !turn.aside).map(turn => turn.chat))].slice(0, 1000);
  for (const stored of await store.collection('speaker_queues').getMany(chats)) {
    const floor: Floor = floorOf(stored);
    bus.publish(floorBeginnings(emptyFloor(floor._id), floor));
  }
}
