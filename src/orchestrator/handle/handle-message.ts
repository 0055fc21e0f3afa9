import { isSaid, type Message } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { handleEdit } from './handle-edit.ts';
import { handleMembership } from './handle-membership.ts';
import { handleReaction } from './handle-reaction.ts';
import { handleRedaction } from './handle-redaction.ts';
import { handleRoomChange } from './handle-room-change.ts';
import { handleSaid } from './handle-said.ts';
import { handleUnreadable } from './handle-unreadable.ts';
import type { Scene } from './handling.ts';

/** Deals with whatever stands next in the log of a room. */
export function handleMessage(message: Message, scene: Scene): Promise<Decision> {
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
