import { expect, it } from 'vitest';
import { z } from 'zod';
import { choice, duration, member } from '../../../src/core/command/parameters.ts';
import { readArguments } from '../../../src/core/command/read-arguments.ts';
import { allCommands } from '../../../src/orchestrator/commands/all-commands.ts';
import { command } from '../../../src/orchestrator/commands/command.ts';
import { describeCommands } from '../../../src/orchestrator/commands/describe-commands.ts';
import { byName } from '../../../src/orchestrator/commands/find-command.ts';

it('a declaration gives name, description, right and typed options', () => {
  const example = command({
    name: 'floor example',
    summary: 'Is an example.',
    needs: 'floor',
    parameters: z.object({
      who: member('Somebody.'),
      how: choice(['order', 'priority'], 'A rule.'),
      long: duration({ least: 1, most: 60 }, 'A time.').optional(),
    }),
    run: async (_, { reply }) => reply(''),
  });
  expect(describeCommands([example])).toEqual([
    {
      name: 'floor example',
      aliases: [],
      description: 'Is an example.',
      needs: 'floor',
      options: [
        { name: 'who', description: 'Somebody.', type: 'member', required: true },
        { name: 'how', description: 'A rule.', type: 'choice', choices: ['order', 'priority'], required: true },
        { name: 'long', description: 'A time.', type: 'duration', required: false },
      ],
    },
  ]);
});

// https://docs.discord.com/developers/interactions/application-commands
const networkName = /^[-_\p{Ll}\p{N}]{1,32}$/u;
const descriptions = describeCommands();

it('what all commands are called and say fits into the commands of chat networks', () => {
  const words = descriptions.flatMap(({ name, aliases, options }) => [
    ...name.split(' '),
    ...aliases,
    ...options.map(option => option.name),
  ]);
  expect(words.filter(word => !networkName.test(word))).toEqual([]);
  const texts = descriptions.flatMap(({ description, options }) => [
    description,
    ...options.map(one => one.description),
  ]);
  expect(texts.filter(text => text.length < 5 || text.length > 100 || !text.endsWith('.'))).toEqual([]);
  expect(descriptions.filter(({ name, options }) => name.split(' ').length > 2 || options.length > 25)).toEqual([]);
});

it('what may be left out stands behind what must be there, and only the last parameter takes the rest', () => {
  for (const { options } of descriptions) {
    const required = options.map(option => option.required);
    expect(required).toEqual(required.toSorted((a, b) => Number(b) - Number(a)));
    expect(options.slice(0, -1).filter(({ type }) => type === 'text')).toEqual([]);
  }
});

it('no two commands have the same name', () => {
  const names = allCommands.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

it('every example is one', () => {
  const nobody = { here: [], agents: [], mentions: [] };
  for (const { name, example } of allCommands.filter(one => one.example !== null)) {
    const found = byName(example ?? '', allCommands);
    if (found === null || !('command' in found)) throw new Error(`The example of ${name} is no command.`);
    expect(found.command.name).toBe(name);
    const read = readArguments(found.line, found.command.parameters, () => ({
      ...nobody,
      here: [{ id: 'agent:ada' as never, isAgent: true, names: ['Ada'] }],
      agents: [{ id: 'agent:ada' as never, isAgent: true, names: ['Ada'] }],
    }));
    expect(read).toHaveProperty('values');
    if ('values' in read) expect(found.command.prepare(read.values)).toHaveProperty('run');
  }
});
