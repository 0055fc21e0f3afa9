import { describe, expect, it } from 'vitest';
import { emptyFloor, type Floor } from '../../src/core/floor/floor.ts';
import { matchScore } from '../../src/core/floor-policies/best-match.ts';
import type { Question } from '../../src/core/floor-policies/policy.ts';
import { roundRobin } from '../../src/core/floor-policies/round-robin.ts';
import { agentId, agentMember, bridgeName, chatId, foreignMember, messageId } from '../../src/core/ids.ts';
import type { SaidMessage } from '../../src/core/message.ts';
import type { AgentCard } from '../../src/core/room.ts';
import { chooseSpeakers, strategies } from '../../src/core/strategies/strategies.ts';

const memory = bridgeName('memory');
const chat = chatId(memory, '!garden');
const mara = foreignMember(memory, '@mara');
const tom = foreignMember(memory, '@tom');
const thread = messageId(memory, '$thread');
const stamp = { version: 1, createdAt: 0, updatedAt: 0, tenant: 'default' };

const card = (id: string, name: string, skills: readonly string[]): AgentCard => ({
  _id: agentId(id),
  name,
  description: '',
  role: 'agent',
  resources: { skills, tools: [] },
});
const agents = [
  card('ada', 'Ada', ['code', 'architecture']),
  card('bruno', 'Bruno', ['data', 'statistics']),
  card('clara', 'Clara', ['research', 'writing']),
];

const said = (text: string, changes: Partial<SaidMessage> = {}): SaidMessage => ({
  ...stamp,
  _id: messageId(memory, '$question'),
  chat,
  from: mara,
  fromPerson: true,
  timestamp: 0,
  messageType: 'text',
  text,
  attachment: null,
  replyTo: null,
  thread: null,
  mentions: [],
  order: 1,
  status: 'received',
  cause: null,
  hop: 0,
  editedAt: null,
  ...changes,
});

/** A room with Mara, Tom and three agents, in which Mara says something. */
function asked(text: string, given: Partial<Question['room']> & Partial<SaidMessage> = {}): Question {
  const { repliedTo = null, threadAgent = null, ...message } = given;
  const people = [
    { id: mara, name: 'Mara' },
    { id: tom, name: 'Tom' },
  ];
  const room = { chatType: 'group', agents, people, repliedTo, threadAgent } as const;
  return { message: said(text, message), room, floor: { ...emptyFloor(chat), ...stamp } as Floor, candidates: agents };
}

const spokenTo = (question: Question, lastAddressed: Floor['lastAddressed']): Question => ({
  ...question,
  floor: { ...question.floor, lastAddressed },
});

const speakers = (strategy: string, question: Question & { readonly isQuiet?: boolean }): string[] =>
  chooseSpeakers(strategy, { isQuiet: false, ...question }).map(({ agent, reason }) => `${agent}: ${reason}`);

describe('round robin', () => {
  it('begins with the first agent of the configuration', () => {
    expect(roundRobin(asked('Hello'))).toEqual([{ agent: 'ada', reason: 'next in turn' }]);
  });

  it('goes on behind whoever was addressed before, and begins anew after the last', () => {
    expect(roundRobin(spokenTo(asked('Hello'), { '': agentId('ada') }))?.[0]?.agent).toBe('bruno');
    expect(roundRobin(spokenTo(asked('Hello'), { '': agentId('clara') }))?.[0]?.agent).toBe('ada');
  });

  it('counts in each thread by itself', () => {
    const question = spokenTo(asked('Hello', { thread }), { '': agentId('clara'), [thread]: agentId('ada') });
    expect(roundRobin(question)?.[0]?.agent).toBe('bruno');
  });

  it('gives the floor to nobody where there is no agent', () => {
    expect(roundRobin({ ...asked('Hello'), candidates: [] })).toEqual([]);
  });
});

describe('a strategy', () => {
  it('asks its policies one after the other until one has an opinion', () => {
    expect(speakers('round-robin', asked('Clara and Ada?'))).toEqual(['clara: asked by Mara', 'ada: asked by Mara']);
    expect(speakers('round-robin', asked('And why?', { repliedTo: agentMember(agentId('clara')) }))).toEqual([
      'clara: asked by Mara',
    ]);
    expect(speakers('round-robin', asked('And why?'))).toEqual(['ada: next in turn']);
  });

  it.each(Object.keys(strategies))('%s leaves people to each other', strategy => {
    expect(speakers(strategy, asked('@Tom, coffee?'))).toEqual([]);
    expect(speakers(strategy, asked('Yes', { repliedTo: tom }))).toEqual([]);
  });

  it('goes on with whom people last spoke to there, and in a new thread with the agent of its root', () => {
    const question = spokenTo(asked('And why?'), { '': agentId('clara') });
    expect(speakers('default', question)).toEqual(['clara: last addressed']);
    expect(speakers('best-match', question)).toEqual(['ada: first in line']);
    expect(speakers('default', asked('And why?', { thread, threadAgent: agentId('bruno') }))).toEqual([
      'bruno: last addressed',
    ]);
  });

  it('finds whose skills fit best', () => {
    expect(speakers('default', asked('Which statistic fits these data?'))).toEqual(['bruno: matches *data*']);
    expect(matchScore('Which statistic fits these data?', agents[1] as AgentCard)).toBe(4);
  });

  it('may leave open questions alone', () => {
    expect(speakers('mentioned', asked('Which statistic fits these data?'))).toEqual([]);
  });

  it('may stay with whom people spoke to, and else leave open questions alone', () => {
    expect(speakers('last-addressed', asked('Which statistic fits these data?'))).toEqual([]);
    const question = spokenTo(asked('Which statistic fits these data?'), { '': agentId('clara') });
    expect(speakers('last-addressed', question)).toEqual(['clara: last addressed']);
  });

  it.each(Object.keys(strategies))('%s lets only those speak who are called or replied to while it is quiet', name => {
    const quiet = (question: Question) => speakers(name, { ...question, isQuiet: true });
    expect(quiet(asked('Clara and Ada, which statistic fits these data?'))).toEqual([]);
    expect(quiet(asked('@Clara?'))).toEqual(['clara: asked by Mara']);
    expect(quiet(asked('And why?', { repliedTo: agentMember(agentId('ada')) }))).toEqual(['ada: asked by Mara']);
  });

  it.each(Object.entries(strategies))('%s says in a sentence what it does', (_name, { summary }) => {
    expect(summary).toMatch(/^[A-Z].{20,120}\.$/);
  });

  it('is the default one where its name is unknown', () => {
    expect(speakers('by-the-moon', asked('Which statistic fits these data?'))).toEqual(['bruno: matches *data*']);
  });
});
