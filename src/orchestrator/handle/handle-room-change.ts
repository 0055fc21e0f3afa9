import { chatChanges } from '../../core/events/chat-changes.ts';
import type { Envelope, RoomChanged } from '../../core/message.ts';
import { change } from '../change.ts';
import { encryptedNotice } from '../rooms/encrypted-notice.ts';
import { type Handle, nothing } from './handling.ts';

/** A room gets another name or topic, or becomes encrypted (which is never taken back). */
export const handleRoomChange: Handle<Envelope & RoomChanged> = async (event, scene) => {
  const chat = await change(scene.parley.store.collection('chats'), event.chat, stored => {
    const changed = {
      ...stored,
      name: event.name ?? stored.name,
      topic: event.topic ?? stored.topic,
      encrypted: stored.encrypted || event.encrypted === true,
    };
    const same =
      changed.name === stored.name && changed.topic === stored.topic && changed.encrypted === stored.encrypted;
    return same ? stored : changed;
  });
  if (chat !== null) scene.parley.bus.publish(chatChanges(scene.chat, chat, event._id));
  return chat !== null && event.encrypted ? encryptedNotice({ ...scene, chat }) : nothing(scene);
};
