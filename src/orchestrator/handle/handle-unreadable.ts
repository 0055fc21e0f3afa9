import type { Envelope, Unreadable } from '../../core/message.ts';
import { encryptedNotice } from '../rooms/encrypted-notice.ts';
import { clearNotice } from '../rooms/only-encrypted.ts';
import { unreadNotice } from '../rooms/unread-notice.ts';
import { type Handle, nothing } from './handling.ts';

/** What can't be read is passed over. That it is encrypted is told, but not again and again. */
export const handleUnreadable: Handle<Envelope & Unreadable> = async (event, scene) => {
  switch (event.why) {
    case 'encrypted':
      return encryptedNotice(scene);
    case 'clear':
      return scene.chat.encrypted ? unreadNotice(event, event.why, scene) : clearNotice(scene);
    case 'no key':
    case 'withheld':
      return unreadNotice(event, event.why, scene);
    default:
      return nothing(scene);
  }
};
