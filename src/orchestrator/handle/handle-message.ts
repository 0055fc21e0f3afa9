import { mayPass } from '../../core/errors.ts';
import { correlationOf } from '../../core/events/event.ts';
import { isSaid, type Message } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { causedBy } from '../../telemetry/cause.ts';
import { handleEdit } from './handle-edit.ts';
import { handleMembership } from './handle-membership.ts';
import { handleReaction } from './handle-reaction.ts';
import { handleRedaction } from './handle-redaction.ts';
import { handleRoomChange } from './handle-room-change.ts';
import { handleSaid } from './handle-said.ts';
import { handleUnreadable } from './handle-unreadable.ts';
import { nothing, type Scene } from './handling.ts';

/**
 * Deals with whatever stands next in the log of a room. What fails for good is logged and passed over, or the room would stand still for
 * ever; what may go through later (the store, the network) is thrown, and the same message is dealt with again.
 */
export async function handleMessage(message: Message, scene: Scene): Promise<Decision> {
  try {
    return await causedBy(correlationOf(message._id), () => byType(message, scene));
  } catch (error) {
    if (mayPass(error)) throw error;
    scene.parley.log.error(
      { message: message._id, chat: message.chat, err: error },
      'A message could not be dealt with.',
    );
    return nothing(scene);
  }
}

function byType(message: Message, scene: Scene): Promise<Decision> {
  if (isSaid(message)) return handleSaid(message, scene);
  switch (message.messageType) {
    case 'edit':
      return handleEdit(message, scene);
    case 'redaction':
      return handleRedaction(message, scene);
    case 'reaction':
      return handleReaction(message, scene);
    case 'membership':
      return handleMembership(message, scene);
    case 'room':
      return handleRoomChange(message, scene);
    case 'unreadable':
      return handleUnreadable(message, scene);
  }
}
