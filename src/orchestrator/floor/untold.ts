import { floorBeginnings } from '../../core/events/floor-changes.ts';
import type { Floor } from '../../core/floor/floor.ts';
import type { ChatId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { isModerated } from './floor-rules.ts';
import { readFloor } from './read-floor.ts';

/**
 * Floors that may be stored though nobody has heard of it: the answer of the store was lost, or what came next failed. Whoever works on the room
 * again finds nothing to change there, and so nothing to tell. Only a run of the room tells of it, so that nothing else happens there meanwhile.
 */
export interface Untold {
  /** Tells what became of the floor that stood before, as a run fails. Where that can't be read now, the next run here tells it. */
  tellSince(before: Floor): Promise<void>;
  /** Tells what is left of earlier runs, before anything else happens in the room. Rejects where that can't be read now. */
  tellFirst(chat: ChatId): Promise<void>;
}

export function untoldFloors(parley: Installation): Untold {
  const since = new Map<ChatId, Floor>();

  async function tell(chat: ChatId, before: Floor): Promise<void> {
    // Of several that are left the first knows the least, so all that came since is told.
    since.set(chat, before);
    const floor = await readFloor(parley, chat);
    const moderated = isModerated(parley, await ensureChat(parley, chat));
    parley.bus.publish(floorBeginnings(before, floor));
    parley.views.changed(floor, moderated);
    since.delete(chat);
  }

  return {
    async tellSince(before) {
      const chat = before._id;
      try {
        await tell(chat, since.get(chat) ?? before);
      } catch (error) {
        parley.log.warn(
          { chat, err: error },
          'What became of a floor can not be told yet; the next run of the room does.',
        );
      }
    },
    async tellFirst(chat) {
      const before = since.get(chat);
      if (before !== undefined) await tell(chat, before);
    },
  };
}
