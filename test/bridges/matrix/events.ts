import { toEvent } from '../../../bridges/matrix/to-event.ts';
import type { ChatEvent } from '../../../src/core/message.ts';
import { names } from './fake-world.ts';

export const received = 1_700_000_000_999;

/** An event as Synapse sends it, with the given differences. */
export function rawEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    age: 31,
    content: { body: 'hello', msgtype: 'm.text', 'm.mentions': {} },
    event_id: '$mrIjYGkmWyxM3QXnlYTGbnXdEKKGzkTR2Ekm8Jm4Nzg',
    origin_server_ts: 1_700_000_000_000,
    room_id: '!nKj3mKzSgGdH0M7SkLbXAvBH7bIvV6ZqDq8xI0oY6bA',
    sender: '@mara:parley.test',
    type: 'm.room.message',
    unsigned: { age: 31, membership: 'join' },
    user_id: '@mara:parley.test',
    ...changes,
  };
}

/** The event that a raw one becomes; fails where it becomes none. */
export function converted(changes: Record<string, unknown> = {}): ChatEvent {
  const result = toEvent(rawEvent(changes), names, received);
  if (result.kind !== 'event') throw new Error(`it became ${result.kind}`);
  return result.event;
}

/** What becomes of a message with this content. */
export const said = (content: Record<string, unknown>): ChatEvent =>
  converted({ content: { msgtype: 'm.text', body: 'hello', ...content } });
