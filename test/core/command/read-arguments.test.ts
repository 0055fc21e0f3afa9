import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  agent,
  choice,
  duration,
  member,
  number,
  type Parameters,
  parametersOf,
  spokenTime,
  text,
  word,
} from '../../../src/core/command/parameters.ts';
import { readArguments } from '../../../src/core/command/read-arguments.ts';
import type { Directory } from '../../../src/core/command/take-member.ts';
import { agentId, agentMember, bridgeName, foreignMember } from '../../../src/core/ids.ts';

const person = (address: string) => foreignMember(bridgeName('matrix'), address);
const ada = {
  id: agentMember(agentId('ada')),
  isAgent: true,
  names: ['Ada', 'ada', 'agent-ada', '@agent-ada:example.org'],
};
const webScout = { id: agentMember(agentId('web-scout')), isAgent: true, names: ['Web Scout', 'web-scout'] };
const called = (address: string, name: string) => ({ id: person(address), isAgent: false, names: [name, address] });
const mara = called('@mara:example.org', 'Mara Meier');
const directory: Directory = { here: [ada, mara], agents: [ada, webScout], mentions: [] };

/** What a schema makes of a line: its values, or what is wrong. */
function read(schema: Parameters, line: string, given: Partial<Directory> = {}) {
  const found = readArguments(line, parametersOf(schema), () => ({ ...directory, ...given }));
  if ('problem' in found) return found.problem;
  const checked = schema.safeParse(found.values);
  return checked.success ? checked.data : checked.error.issues[0]?.message;
}

describe('words', () => {
  const schema = z.object({ name: word('A name.'), about: text('The rest.').optional() });

  it.each([
    ['zoe', { name: 'zoe' }],
    ['  zoe  reads   law ', { name: 'zoe', about: 'reads   law' }],
    ['"Zoe the First" reads', { name: 'Zoe the First', about: 'reads' }],
    ['“Zoe the First” reads', { name: 'Zoe the First', about: 'reads' }],
    ["'Zoe the First' reads", { name: 'Zoe the First', about: 'reads' }],
    ["'tis all", { name: "'tis", about: 'all' }],
    ['"open reads', { name: '"open', about: 'reads' }],
    ['zoe\nfirst line\nsecond line', { name: 'zoe', about: 'first line\nsecond line' }],
  ])('%j', (line, values) => {
    expect(read(schema, line)).toEqual(values);
  });

  it('that are missing are named', () => {
    expect(read(schema, '')).toBe('`<name>` is missing');
  });

  it('that are too long are refused', () => {
    expect(read(schema, 'x'.repeat(201))).toMatch(/200/);
    expect(read(z.object({ about: text('All.') }), 'x '.repeat(20_000))).toMatch(/20000/);
  });
});

it('nothing may stand behind a command that takes nothing, and what does is shown as harmless code', () => {
  const schema = z.object({});
  expect(read(schema, ' ')).toEqual({});
  expect(read(schema, '[x](https://evil.test) @room')).toBe('`[x](https://evil.test)` is too much');
  expect(read(schema, '`**\u202E\u200Bevil**`')).toBe('`** evil**` is too much');
  expect(read(schema, 'x'.repeat(100_000))).toBe(`\`${'x'.repeat(40)}…\` is too much`);
});

describe('a choice', () => {
  const schema = z.object({ which: choice(['order', 'priority', 'prime'], 'Which.') });

  it.each([
    ['order', { which: 'order' }],
    ['ORDER', { which: 'order' }],
    ['o', { which: 'order' }],
    ['prio', { which: 'priority' }],
    ['--prime', { which: 'prime' }],
    ['—prime', { which: 'prime' }],
  ])('is completed from its beginning: %s', (line, values) => {
    expect(read(schema, line)).toEqual(values);
  });

  it('is not guessed where several begin so, or none', () => {
    expect(read(schema, 'pri')).toBe('`pri` is not one of `order`, `priority`, `prime`');
    expect(read(schema, 'constructor')).toMatch(/^`constructor` is not one of/);
  });
});

describe('a time', () => {
  const schema = z.object({
    time: duration({ least: 10, most: 86_400 }, 'How long.').optional(),
    messages: number({ least: 1, most: 20, unit: 'messages' }, 'How many.').optional(),
  });

  it.each([
    ['90s', { time: 90 }],
    ['1h', { time: 3_600 }],
    ['1h30m', { time: 5_400 }],
    ['1.5h', { time: 5_400 }],
    ['5 min', { time: 300 }],
    ['2 minutes', { time: 120 }],
    ['90s 3 messages', { time: 90, messages: 3 }],
    ['90s 1 message', { time: 90, messages: 1 }],
    ['90s 3', { time: 90, messages: 3 }],
    ['3 messages', { messages: 3 }],
  ])('and a number, each may be left out: %s', (line, values) => {
    expect(read(schema, line)).toEqual(values);
  });

  it.each([
    ['5s', 'at least 10 s'],
    ['2d', 'at most 24 h'],
    ['90s 21 messages', 'at most 20'],
    ['90x', '`90x` is not a time such as `90s`, `5m` or `1h`, nor a number of messages'],
    ['90s many', '`many` is not a number of messages'],
    ['90s 3 messages now', '`now` is too much'],
    [`${'9'.repeat(9)}d`, 'at most 24 h'],
    ['1s'.repeat(6), '`1s1s1s1s1s1s` is not a time such as `90s`, `5m` or `1h`, nor a number of messages'],
  ])('that does not fit is refused: %s', (line, problem) => {
    expect(read(schema, line)).toBe(problem);
  });

  it.each([
    [30, '30 s'],
    [90, '90 s'],
    [120, '2 min'],
    [3_600, '1 h'],
    [5_400, '90 min'],
    [7_200, '2 h'],
    [86_400, '24 h'],
    [172_800, '2 days'],
  ])('of %i seconds is told as %s', (seconds, told) => {
    expect(spokenTime(seconds)).toBe(told);
  });
});

describe('somebody of the room', () => {
  const schema = z.object({ who: member('Who.'), rest: text('The rest.').optional() });
  const named = (id: string, rest?: string) => (rest === undefined ? { who: id } : { who: id, rest });

  it.each([
    ['@Ada', named(ada.id)],
    ['ada', named(ada.id)],
    ['ADA, now', named(ada.id, 'now')],
    ['Ada: now', named(ada.id, 'now')],
    ['@agent-ada:example.org now', named(ada.id, 'now')],
    ['@Mara Meier about bees', named(mara.id, 'about bees')],
    ['"Mara Meier" about bees', named(mara.id, 'about bees')],
    ['@"Mara Meier" about bees', named(mara.id, 'about bees')],
    ['mara meier', named(mara.id)],
    ['@mara:example.org', named(mara.id)],
  ])('is found by name or address: %s', (line, values) => {
    expect(read(schema, line)).toEqual(values);
  });

  it.each(['@Adam', '@ada:elsewhere.org', 'nobody', '@', '"', 'Web Scout'])('is not found for: %s', line => {
    expect(read(schema, line)).toMatch(/is not somebody of this room/);
  });

  it('who calls themselves like an agent is not taken for it', () => {
    const eve = called('@eve:evil.org', 'Ada');
    expect(read(schema, '@Ada', { here: [eve, ada] })).toEqual(named(ada.id));
    expect(read(schema, '@Ada', { here: [eve, ada], mentions: [eve.id] })).toEqual(named(eve.id));
    expect(read(schema, '@eve:evil.org', { here: [eve, ada] })).toEqual(named(eve.id));
  });

  it('who calls themselves like somebody else’s address, or begins like an agent, changes nothing for those', () => {
    const eve = called('@eve:evil.org', '@mara:example.org');
    const tail = called('@tail:evil.org', 'Ada, now');
    expect(read(schema, '@mara:example.org', { here: [eve, mara], mentions: [mara.id] })).toEqual(named(mara.id));
    expect(read(schema, '@mara:example.org', { here: [eve, mara] })).toMatch(/several people are called that/);
    expect(read(schema, 'Ada now', { here: [tail, ada] })).toEqual(named(ada.id, 'now'));
  });

  it('who writes a name in letters that look alike is somebody else', () => {
    const eve = called('@eve:evil.org', '\u0410da');
    const hidden = called('@hid:evil.org', 'A\u200Bda');
    expect(read(schema, '@Ada', { here: [eve, hidden, ada] })).toEqual(named(ada.id));
  });

  it('of whom there are several is asked for by address', () => {
    const other = called('@mara:other.org', 'Mara Meier');
    expect(read(schema, 'Mara Meier', { here: [mara, other] })).toBe(
      'several people are called that; write one of `@mara:example.org`, `@mara:other.org`',
    );
    expect(read(schema, 'Mara Meier', { here: [mara, other], mentions: [other.id] })).toEqual(named(other.id));
  });

  it('whose name nobody knows is found by a mention, if they are here', () => {
    expect(read(schema, 'Mimi now', { mentions: [mara.id] })).toEqual(named(mara.id, 'now'));
    expect(read(schema, 'Mimi now', { mentions: [person('@far:away.org')] })).toMatch(/is not somebody/);
    expect(read(schema, 'Mimi now', { mentions: [mara.id, ada.id] })).toMatch(/is not somebody/);
  });

  it('is found at once among 20,000 of names like a regular expression', () => {
    const crowd = Array.from({ length: 20_000 }, (_, index) => called(`@p${index}:x`, '(a+)+$'.repeat(40)));
    expect(read(schema, `${'a'.repeat(50_000)}!`, { here: crowd })).toMatch(/is not somebody/);
  });
});

it('an agent is found also where it is not in the room; a person is none', () => {
  const schema = z.object({ which: agent('Which.') });
  expect(read(schema, 'Web Scout')).toEqual({ which: 'web-scout' });
  expect(read(schema, 'Mara Meier', { mentions: [mara.id] })).toMatch(/is not one of the agents/);
});
