import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calledAgents, mentionsPerson, namedAgents, startsWithCall } from '../../src/core/addressing.ts';
import { agentId, agentMember, bridgeName, foreignMember } from '../../src/core/ids.ts';
import type { AgentCard, Room } from '../../src/core/room.ts';

const card = (id: string, name: string): AgentCard => ({
  _id: agentId(id),
  name,
  description: '',
  role: 'agent',
  resources: { skills: [], tools: [] },
});
const agents = [card('ada', 'Ada'), card('bruno', 'Bruno'), card('web-scout', 'Web Scout')];
const said = (text: string, mentions: readonly ReturnType<typeof agentMember>[] = []) => ({ text, mentions });

describe('who is called', () => {
  it.each([
    ['@Ada hello', ['ada']],
    ['@ada hello', ['ada']],
    ['@agent-ada:example.org hello', ['ada']],
    ['@Bruno and @Ada', ['bruno', 'ada']],
    ['ask the @web scout', ['web-scout']],
    ['@Ada, ask Bruno', ['ada']],
  ])('%s → %j', (text, expected) => {
    expect(calledAgents(said(text), agents)).toEqual(expected);
  });

  it.each(['Ada, hello', 'bruno@Ada.example', '@adam', '@Bruno_2'])('nobody by: %s', text => {
    expect(calledAgents(said(text), agents)).toEqual([]);
  });

  it('takes a mention of the network’s own, in the place where the name stands', () => {
    const both = [agentMember(agentId('ada')), agentMember(agentId('bruno'))];
    expect(calledAgents(said('Bruno, then Ada', both), agents)).toEqual(['bruno', 'ada']);
    expect(calledAgents(said('hello', both.slice(1)), agents)).toEqual(['bruno']);
  });
});

describe('who is named', () => {
  it.each([
    ['hello Ada', ['ada']],
    ['ada: hello', ['ada']],
    ['ada, hello', ['ada']],
    ['Ada’s idea, and Bruno’s', ['ada', 'bruno']],
  ])('%s → %j', (text, expected) => {
    expect(namedAgents(text, agents)).toEqual(expected);
  });

  it.each(['Adam said', 'the ada of Spain', 'mail me at bruno@Ada.example', 'Canada', 'https://x.org/Ada', 'brunos'])(
    'nobody by: %s',
    text => {
      expect(namedAgents(text, agents)).toEqual([]);
    },
  );

  it('takes names as they are, not as patterns', () => {
    expect(namedAgents('what about a.b?', [card('a', 'a+b')])).toEqual([]);
    expect(calledAgents(said('@C3.PO?'), [card('c3po', 'C3.PO')])).toEqual(['c3po']);
  });
});

describe('people among themselves', () => {
  const mara = foreignMember(bridgeName('memory'), '@mara');
  const tom = foreignMember(bridgeName('memory'), '@tom');
  const room: Room = {
    chatType: 'group',
    agents,
    people: [
      { id: mara, name: 'Mara' },
      { id: tom, name: 'Tom' },
    ],
    repliedTo: null,
    threadAgent: null,
  };

  it('are seen by a mention or by @Name', () => {
    expect(mentionsPerson(said('hello', [tom]), mara, room)).toBe(true);
    expect(mentionsPerson(said('@tom hello'), mara, room)).toBe(true);
    expect(mentionsPerson(said('Tom said hello'), mara, room)).toBe(false);
  });

  const roomOf = (names: readonly string[]): Room => ({
    ...room,
    people: names.map((name, index) => ({ id: foreignMember(bridgeName('memory'), `@${index}`), name })),
  });

  it('are found as a search for each name would find them', () => {
    const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const stands = (text: string, name: string) =>
      name !== '' && new RegExp(`(?<![\\p{L}\\p{N}_])@${escaped(name)}(?![\\p{L}\\p{N}_])`, 'iu').test(text);
    const letters = [...'aAbſsKkßẞςσΣıIiİÄäöᾳᾼ1_ -.+@😀𐐀𐐨'];
    const word = fc.string({ unit: fc.constantFrom(...letters), maxLength: 3 });
    const text = fc.string({ unit: fc.constantFrom(...letters, '@', '@', '@', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(text, fc.array(word, { maxLength: 4 }), (given, names) => {
        expect(mentionsPerson(said(given), mara, roomOf(names))).toBe(names.some(name => stands(given, name)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are found among very many, in a long text', { timeout: 2_000 }, () => {
    const crowd = roomOf(Array.from({ length: 20_000 }, (_, index) => `Person ${index}`));
    const text = 'mail@example.org for @nobody '.repeat(2_000);
    expect(mentionsPerson(said(text), mara, crowd)).toBe(false);
    expect(mentionsPerson(said('@'.repeat(60_000)), mara, crowd)).toBe(false);
    expect(mentionsPerson(said(`@person 19999: ${text}`), mara, crowd)).toBe(true);
  });

  it('do not count when they mention themselves', () => {
    expect(mentionsPerson(said('I am @Mara', [mara]), mara, room)).toBe(false);
  });
});

describe('a call to a colleague', () => {
  it.each(['@Bruno over to you', '**@Bruno**, please', '- @Bruno', '  @bruno?'])('is: %s', line => {
    expect(startsWithCall(line, 'Bruno')).toBe(true);
  });
  it.each(['as @Bruno said', '@Brunos', 'Bruno, please', '> @Bruno, you said'])('is not: %s', line => {
    expect(startsWithCall(line, 'Bruno')).toBe(false);
  });
});
