import type { RoomChanged, Unreadable } from '../../src/core/message.ts';
import { cleanLine, cleanText } from './grammar.ts';
import type { RawEvent } from './raw-event.ts';

const longestName = 255;
const longestTopic = 10_000;

/** https://spec.matrix.org/v1.16/client-server-api/#mroomname */
export function toRoomChange(event: RawEvent): RoomChanged | Unreadable | 'malformed' {
  if (event.state_key !== '') return { messageType: 'unreadable', why: 'unknown', externalType: event.type };
  const { content } = event;
  if (event.type === 'm.room.power_levels') return { messageType: 'room', power: true };
  if (event.type === 'm.room.encryption') return { messageType: 'room', encrypted: true };
  if (event.type === 'm.room.name') return named(content.name, name => ({ name: cleanLine(name, longestName) }));
  return named(content.topic, topic => ({ topic: cleanText(topic).slice(0, longestTopic).toWellFormed() }));
}

/** A redacted or emptied state has no value: the room is without a name then. */
function named(value: unknown, change: (text: string) => Omit<RoomChanged, 'messageType'>): RoomChanged | 'malformed' {
  if (value !== undefined && value !== null && typeof value !== 'string') return 'malformed';
  return { messageType: 'room', ...change(value ?? '') };
}
