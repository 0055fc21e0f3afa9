import { floorBeginnings } from '../../core/events/floor-changes.ts';
import type { Floor } from '../../core/floor/floor.ts';
import type { ChatId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { isModerated } from './floor-rules.ts';
import { readFloor } from './read-floor.ts';

const againMs = 1_000;

/**
 * Floors that may be stored though nobody has heard of it: the answer of the store was lost, or what came next failed. Whoever works on the room
 * again finds nothing to change there, and so nothing to tell.
 */
export interface Untold {
  /** What became of the floor that stood before is told as soon as it can be read. */
  tellSince(before: Floor): void;
}

export function untoldFloors(parley: Installation): Untold {
  const since = new Map<ChatId, Floor>();

  async function tell(before: Floor): Promise<void> {
    const chat = before._id;
    const floor = await readFloor(parley, chat);
    const moderated = isModerated(parley, await ensureChat(parley, chat));
    since.delete(chat);
    parley.bus.publish(floorBeginnings(before, floor));
    parley.views.changed(floor, moderated);
  }

  function later(before: Floor, ms: number): void {
    parley.clock.after(ms, () => {
      tell(before).catch(error => {
        parley.log.debug({ chat: before._id, err: error }, 'What became of a floor could not be told yet.');
        later(before, againMs);
      });
    });
  }

  return {
    tellSince(before) {
      // The first of them knows the least, so all that came since is told.
      if (since.has(before._id)) return;
      since.set(before._id, before);
      later(before, 0);
    },
  };
}
