import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printSample } from '../../config/print-sample.ts';
import { projectFiles, readProjectFile } from '../docs/markdown.ts';
import { parley } from './terminal.ts';

/** The commands that a help names, but `help` itself. */
function commandsIn(help: string): string[] {
  const list = help.split(/^Commands:$/m)[1]?.split(/^\S/m)[0] ?? '';
  const names = [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = '']) => name);
  return names.filter(name => name !== 'help');
}

/** Every command with the text of its help, from the root down. */
async function helps(command: readonly string[] = []): Promise<(readonly [command: string, help: string])[]> {
  const { code, stdout } = await parley([...command, '--help']);
  expect(code, command.join(' ')).toBe(0);
  const below = await Promise.all(commandsIn(stdout).map(name => helps([...command, name])));
  return [[command.join(' '), stdout] as const, ...below.flat()];
}

test('every command has help with an example', async () => {
  const all = await helps();
  expect(all.map(([command]) => command)).toContain('keys rotate');
  for (const [command, help] of all) {
    expect(help, command).toContain('Usage: npx parley');
    expect(help, command).toMatch(/Examples?:\n +(?:\S+ )*parley/);
  }
});

test('the pages name commands that there are, and README all that people use', async () => {
  const names = (await helps()).map(([command]) => command).filter(command => !command.includes(' '));
  const root = join(import.meta.dirname, '..', '..');
  const named = projectFiles(root, ['.md']).flatMap(page =>
    [...readProjectFile(root, page).matchAll(/\b(?:npx|exec (?:-T )?bridge) parley ([a-z][\w-]*)/g)].map(
      ([, name = '']) => `${page}: ${name}`,
    ),
  );
  expect(named.filter(one => !names.includes(one.split(': ')[1] ?? ''))).toEqual([]);
  const readme = readProjectFile(root, 'README.md');
  // docker-compose.yml runs them.
  const byThemselves = ['', 'containers'];
  const shown = (name: string): boolean => readme.includes(`npx parley ${name}`) || readme.includes(`, \`${name}\``);
  expect(names.filter(name => !byThemselves.includes(name) && !shown(name))).toEqual([]);
});

test.each([
  [['upp'], "unknown command 'upp'\n(Did you mean up?)"],
  [['up', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
  [['agents', 'lst'], '(Did you mean list?)'],
  [['up', 'now'], 'too many arguments'],
  [['registration', '--write'], 'argument missing'],
  [[], 'Usage: npx parley'],
])('parley %j is refused with exit code 2', async (command, message) => {
  const { code, stdout, stderr } = await parley(command);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
});

test('an error of the configuration is printed as it is, with its code', async () => {
  const { code, stderr } = await parley(['up'], { env: { PARLEY_PORT: 'x' } });
  expect(code).toBe(1);
  expect(stderr).toBe(
    '✗ environment variable PARLEY_PORT listener.port: expected number, found "x". The default is 8070.\n' +
      '  (CONFIG_INVALID; docs/errors.md says more)\n',
  );
});

test('an unexpected error is shown with its place in the code', async () => {
  const { code, stderr } = await parley(['agents', 'list']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^✗ Parley failed in a way that it should not. Error: this test has no such function\n +at /);
});

test('config sample prints the sample', async () => {
  expect(await parley(['config', 'sample'])).toEqual({ code: 0, stdout: printSample(), stderr: '' });
});

test.each([[['nonsense']], [['agents', 'nonsense']], [['status', '--nonsense']], [['forget']]])(
  'a command line that is wrong says how to see the right one: %j',
  async given => {
    const { code, stderr } = await parley(given);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .+\nAdd --help to see how it is written\.\n$/);
  },
);
