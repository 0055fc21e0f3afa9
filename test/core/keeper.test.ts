import { expect, it } from 'vitest';
import { agentMember } from '../../src/core/ids.ts';
import { keeperAsked } from '../../src/core/keeper.ts';
import type { Room } from '../../src/core/room.ts';
import { sampleAgents } from '../fakes/agents.ts';

const room: Room = { chatType: 'group', agents: sampleAgents, people: [], repliedTo: null, threadAgent: null };
const asked = (text: string, changes: Partial<Room> = {}): boolean =>
  keeperAsked({ text, mentions: [] }, { ...room, ...changes }) !== null;

it.each([
  '@Parley who are you?',
  'Who are you, @parley?',
  'Parley, who are you?',
  'Hello Parley, who are you?',
  'Parley?',
])('"%s" is for the orchestrator', text => expect(asked(text)).toBe(true));

it.each([
  'Who is here?',
  'How does Parley work?',
  'Ada, write about Parley',
  'Let us parley, friends',
  'I told Parley.',
])('"%s" is not', text => expect(asked(text)).toBe(false));

it('a pill calls it, and in its direct chat every message is for it', () => {
  const parley = sampleAgents.filter(({ role }) => role === 'orchestrator');
  const mentions = [...parley.map(({ _id }) => agentMember(_id))];
  expect(keeperAsked({ text: 'who are you?', mentions }, room)?._id).toBe('parley');
  expect(asked('who are you?', { chatType: 'private', agents: parley })).toBe(true);
});
