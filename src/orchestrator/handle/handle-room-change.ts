import type { Chat } from '../../core/chat.ts';
import { chatChanges } from '../../core/events/chat-changes.ts';
import type { Envelope, RoomChanged } from '../../core/message.ts';
import type { Enforcement } from '../../core/plan-power.ts';
import { change } from '../change.ts';
import { noteAccessRights } from '../power/access-rights.ts';
import { encryptedNotice, readsEncrypted } from '../rooms/encrypted-notice.ts';
import { type Handle, nothing, type Scene } from './handling.ts';

/** A room gets another name, topic or power levels, or becomes encrypted (which is never taken back). */
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
  if (chat !== null && event.power) await lookAtPower(scene, chat, event);
  return chat !== null && event.encrypted && !readsEncrypted(scene)
    ? encryptedNotice({ ...scene, chat })
    : nothing(scene);
};

/** Somebody changed who may do what: who leads the room is noted, and what we have set there is looked at again before anybody speaks. */
async function lookAtPower({ parley }: Scene, chat: Chat, event: Envelope): Promise<void> {
  await noteAccessRights(parley, chat, event);
  await change(parley.store.collection('chats'), chat._id, stored =>
    (stored.enforcement?.madeFor ?? null) === null
      ? stored
      : { ...stored, enforcement: { ...(stored.enforcement as Enforcement), madeFor: null } },
  );
}
