import { expect, it } from 'vitest';
import type { Chat } from '../../src/core/chat.ts';
import { agentId, agentMember } from '../../src/core/ids.ts';
import { own } from '../../src/core/own.ts';
import { agentsFor } from '../../src/orchestrator/rooms/room-view.ts';

it('a record holds what was put into it, and nothing that every object has', () => {
  expect(own({ constructor: 1 }, 'constructor')).toBe(1);
  expect(own({ ada: 1 }, 'constructor')).toBeUndefined();
  expect(own(undefined, 'constructor')).toBeUndefined();
});

it('an agent called like something that every object has is here like any other', () => {
  const id = agentId('constructor');
  const agents = new Map([[id, { _id: id, name: 'Constructor', place: 0 }]]);
  const chat: Pick<Chat, 'participants' | 'invitations'> = { participants: [agentMember(id)], invitations: {} };
  expect(
    agentsFor({ agents } as never, chat as Chat, { order: 5, timestamp: 5, editedAt: null } as never),
  ).toHaveLength(1);
});
