import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { text } from '../../../src/core/command/parameters.ts';
import { agentId, agentMember, type MemberId } from '../../../src/core/ids.ts';
import { command } from '../../../src/orchestrator/commands/command.ts';
import { findCommand } from '../../../src/orchestrator/commands/find-command.ts';

const declare = (name: string, takes: boolean, aliases: readonly string[] = []) =>
  command({
    name,
    aliases,
    summary: 'For tests.',
    needs: null,
    parameters: takes ? z.object({ rest: text('All.').optional() }) : z.object({}),
    run: async () => {
      throw new Error('not run here');
    },
  });

const commands = [
  declare('help', true),
  declare('who', false, ['agents']),
  declare('floor', false),
  declare('floor strategy', true),
  declare('floor slot', true),
  declare('agent create', true),
  declare('agent retire', true),
  declare('task', true),
  declare('task assign', true),
  declare('task resume', true),
];

const keepers = [{ _id: agentId('parley'), name: 'Parley' }];

function find(
  written: string,
  prefix = '!',
  messageType: 'text' | 'emote' | 'image' = 'text',
  mentions: MemberId[] = [],
) {
  const found = findCommand({ text: written, messageType, mentions }, { prefix, commands, keepers });
  if (found === null) return null;
  return 'command' in found
    ? `${found.command.name}(${found.line})`
    : `${found.unknown}? ${found.near.join(', ')}`.trim();
}

describe('what people say in their own words is no name that was cut short', () => {
  it.each([
    ['!task A poem about autumn', 'task(A poem about autumn)'],
    ['!task Assi my mother with 3 letters', 'task(Assi my mother with 3 letters)'],
    ['!task a', 'task(a)'],
    ['!task res 3', 'task resume(3)'],
    ['!task resu #3', 'task resume(#3)'],
    ['!task resume', 'task resume()'],
    ['!task Assign 3 @Ada', 'task assign(3 @Ada)'],
  ])('%j: %s', (written, expected) => expect(find(written)).toBe(expected));
});

describe('a command is found behind a call of the orchestrator', () => {
  it.each([
    ['@Parley help', 'help()'],
    ['@parley: floor strategy free', 'floor strategy(free)'],
    ['@agent-parley:example.org !who', 'who()'],
    ['@Parley what do you think?', null],
    ['Parley help', null],
    ['I ask @Parley help', null],
    ['> @Parley help', null],
    ['@Parleys help', null],
  ])('%j: %s', (written, expected) => expect(find(written)).toBe(expected));

  it('also without @, where the network says that it is one', () => {
    expect(find('Parley: who', '!', 'text', [agentMember(agentId('parley'))])).toBe('who()');
  });

  it.each(commands.map(({ name }) => name))('%s', name => {
    expect(find(`@Parley ${name}`)).toBe(`${name}()`);
  });
});

describe('a command is found', () => {
  it.each([
    ['!help', 'help()'],
    ['!HELP Floor', 'help(Floor)'],
    ['  !help', 'help()'],
    ['\n\n!help', 'help()'],
    ['!help\nme', 'help(me)'],
    ['!agents', 'who()'],
    ['!floor', 'floor()'],
    ['!floor strategy mentioned', 'floor strategy(mentioned)'],
    ['!floor STRAT mentioned', 'floor strategy(mentioned)'],
    ['!floor   sl\n90s', 'floor slot(90s)'],
  ])('in %j', (written, found) => {
    expect(find(written)).toBe(found);
  });

  it('under another prefix, and then no more under the first', () => {
    expect(find('p!help me', 'p!')).toBe('help(me)');
    expect(find('!help', 'p!')).toBeNull();
    expect(find('.help', '.')).toBe('help()');
    expect(find('xhelp', '.')).toBeNull();
  });

  it('under / and //, if there is such a command', () => {
    expect(find('/floor slot 90s')).toBe('floor slot(90s)');
    expect(find('//floor slot 90s')).toBe('floor slot(90s)');
    expect(['/shrug', '/etc/hosts', '//help/me', '/', '// help', '///help'].map(one => find(one))).toEqual(
      Array.from({ length: 6 }, () => null),
    );
  });
});

describe('a wrong name', () => {
  it.each([
    ['!hlep', 'hlep? help'],
    ['!agnets', 'agnets? agents'],
    ['!floor stratgy x', 'floor stratgy? floor strategy'],
    ['!floor s', 'floor s? floor strategy, floor slot'],
    ['!floor dance', 'floor dance? floor strategy, floor slot'],
    ['!agent', 'agent? agent create, agent retire'],
    ['!weather Berlin', 'weather?'],
    ['!constructor', 'constructor?'],
    ['!he\u200Blp', null],
    ['!\u0440elp', '\u0440elp? help'],
  ])('comes with what was meant: %j', (written, found) => {
    expect(find(written)).toBe(found);
  });
});

describe('no command', () => {
  it.each([
    '> !help',
    '> <@mara:example.org> !help\n\nyes',
    '```\n!help\n```',
    '`!help`',
    '    !help',
    '\t!help',
    '- !help',
    'Try !help',
    'Look:\n!help',
    '* !help',
    '\uFF01help',
    '\u202E!help',
    '\u200B!help',
    '! help',
    '!!help',
    '!',
    '!?',
    '!1',
    '!a.b',
    '!=',
    '',
  ])('is %j', written => {
    expect(find(written)).toBeNull();
  });

  it('is what somebody does, or the name of a file', () => {
    expect(find('!help', '!', 'emote')).toBeNull();
    expect(find('!help', '!', 'image')).toBeNull();
  });
});

it('a text of nothing but a command is looked at once, however long it is', () => {
  // A search that begins anew at each sign would outlast the time that a test has.
  for (const long of [`!${'a'.repeat(65_000)}`, `${' \n'.repeat(30_000)}!help`, `!floor ${'s '.repeat(30_000)}`])
    expect(() => find(long)).not.toThrow();
});
