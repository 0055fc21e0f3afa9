import { chatId } from '../../../src/core/ids.ts';
import { recent } from '../../../src/core/recent.ts';
import type { Store } from '../../../src/ports/store.ts';
import { matrix } from '../names.ts';

/**
 * Which rooms are encrypted, as far as any process has seen it. Kept in the store, and asked there: a process that heard nothing, or whose signals
 * were lost, must not say in the clear what others know to be secret.
 */
export interface EncryptedBits {
  note(room: string): Promise<void>;
  isNoted(room: string): Promise<boolean>;
}

const mostAtHand = 10_000;

export function encryptedBits(store: Store): EncryptedBits {
  const rooms = store.collection('encrypted_rooms');
  // What was once noted stays so. That a room is none has to be asked each time.
  const noted = recent<string, true>(mostAtHand);
  return {
    async note(room) {
      if (noted.get(room) !== undefined) return;
      await rooms.insert([{ _id: chatId(matrix, room) }]);
      noted.set(room, true);
    },
    async isNoted(room) {
      if (noted.get(room) !== undefined) return true;
      const isThere = (await rooms.get(chatId(matrix, room))) !== null;
      if (isThere) noted.set(room, true);
      return isThere;
    },
  };
}
