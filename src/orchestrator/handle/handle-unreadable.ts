import type { Envelope, Unreadable } from '../../core/message.ts';
import { encryptedNotice } from '../rooms/encrypted-notice.ts';
import { type Handle, nothing } from './handling.ts';

/** What can't be read is passed over. That a room is encrypted is told there once. */
export const handleUnreadable: Handle<Envelope & Unreadable> = async (event, scene) =>
  event.why === 'encrypted' ? encryptedNotice(scene) : nothing(scene);
