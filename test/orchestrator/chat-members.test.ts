import { expect, test } from 'vitest';
import type { Chat } from '../../src/core/chat.ts';
import { agentId, agentMember, bridgeName, chatId, foreignMember } from '../../src/core/ids.ts';
import { withInvitation, withMember, withState } from '../../src/orchestrator/rooms/chat-members.ts';
import type { RoomState } from '../../src/ports/bridge-capabilities.ts';

const memory = bridgeName('memory');
const person = (index: number) => foreignMember(memory, `@p${index}`);
const ada = agentMember(agentId('ada'));
const chat: Chat = {
  _id: chatId(memory, 'room'),
  version: 1,
  createdAt: 0,
  updatedAt: 0,
  tenant: 'default',
  bridge: memory,
  externalId: 'room',
  chatType: 'private',
  name: null,
  topic: null,
  encrypted: false,
  participants: [],
  names: {},
  createdBy: null,
  strategy: null,
  lastActivity: 0,
};
const state = (members: RoomState['members']): RoomState => ({
  name: 'Room',
  topic: null,
  encrypted: false,
  creator: person(0),
  members,
});
const crowd = (size: number) =>
  state(Array.from({ length: size }, (_, index) => ({ id: person(index), name: `P ${index}` })));

test('a room of 20,000 is taken in at once: all are in it, the last 500 by name', { timeout: 1_000 }, () => {
  const now = withState(chat, crowd(20_000));
  expect(now.participants).toHaveLength(20_000);
  expect(now.chatType).toBe('group');
  expect(Object.keys(now.names)).toHaveLength(500);
  expect(now.names[person(19_999)]).toBe('P 19999');
  expect(now.names[person(19_499)]).toBeUndefined();
});

test.each([3, 501, 2_000])('nothing changes when a room of %i is read again, also after somebody was renamed', size => {
  const first = withState(chat, crowd(size));
  expect(withState(first, crowd(size))).toBe(first);
  const event = { type: 'membership', member: person(size - 1), change: 'renamed', name: 'P' } as never;
  const renamed = withMember(first, event);
  const back = withState(renamed, crowd(size));
  expect(back).not.toBe(renamed);
  expect(back.names).toEqual(first.names);
});

test('agents have no names, unknown names are left as they were, and what differs is taken', () => {
  const named = { ...chat, names: { [person(1)]: 'One', [person(2)]: 'Two' } };
  const now = withState(
    named,
    state([
      { id: ada, name: 'Ada' },
      { id: person(1), name: null },
      { id: person(2), name: 'Zwei' },
    ]),
  );
  expect(now.names).toEqual({ [person(1)]: 'One', [person(2)]: 'Zwei' });
  expect(withState(now, { ...state([]), topic: 'T' })).toMatchObject({ topic: 'T', participants: [] });
});

test('who made a room stays who made it, whatever is told later', () => {
  const made = withState(chat, state([]));
  expect(made.createdBy).toBe(person(0));
  expect(withState(made, { ...state([]), creator: person(1) }).createdBy).toBe(person(0));
  expect(withState(made, { ...state([]), creator: null }).createdBy).toBe(person(0));
});

test('what changed since the room was asked for is newer than its answer', () => {
  const asked = { ...chat, participants: [person(0), person(1)], names: { [person(0)]: 'Zero' } };
  const now = {
    ...asked,
    version: 2,
    participants: [person(0), person(2)],
    names: { [person(0)]: 'Null' },
    topic: 'New',
  };
  const told = state([
    { id: person(0), name: 'Zero' },
    { id: person(1), name: 'One' },
    { id: person(3), name: 'Three' },
  ]);
  const merged = withState(now, { ...told, topic: 'Old' }, asked);
  expect(merged.participants).toEqual([person(0), person(3), person(2)]);
  expect(merged.names).toMatchObject({ [person(0)]: 'Null', [person(3)]: 'Three' });
  expect(merged.topic).toBe('New');
});

test('an invitation counts as long as the agent has not gone since, and not later than it was heard of', () => {
  const change = (what: 'invited' | 'joined' | 'left', order: number) =>
    ({ messageType: 'membership', member: ada, change: what, name: null, timestamp: 5_000, order }) as const;
  const invited = withInvitation(chat, change('invited', 1), 1_000);
  expect(invited.invitations).toEqual({ ada: { order: 1, at: 1_000 } });
  expect(withInvitation(invited, change('invited', 1), 9_000)).toBe(invited);
  expect(withInvitation(invited, change('joined', 2), 9_000)).toBe(invited);
  expect(withInvitation(invited, change('left', 3), 9_000).invitations).toEqual({});
});
