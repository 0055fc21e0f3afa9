import type { Floor } from '../../src/core/floor/floor.ts';
import { change } from '../../src/orchestrator/change.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import type { TestParley } from './installation.ts';

/** The floor of a room as it is stored, and what a command or a reaction does to it. */
export function floorOf(test: TestParley, chat: Floor['_id']) {
  const floors = test.store.collection('speaker_queues');
  const floor = async (): Promise<Floor> => {
    const stored = await floors.get(chat);
    if (stored === null) throw new Error('The room has no floor.');
    return stored;
  };
  const act = async (edit: (floor: Floor) => Floor): Promise<void> => {
    await change(floors, chat, edit);
    test.parley.queue.wake(topics.rooms, chat);
    await test.settle();
  };
  return { floor, act };
}
