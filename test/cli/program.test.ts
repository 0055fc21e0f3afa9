import { expect, test } from 'vitest';
import { printSample } from '../../config/print-sample.ts';
import { parley } from './terminal.ts';

test.each([
  [[]],
  [['up']],
  [['check']],
  [['registration']],
  [['agents']],
  [['agents', 'list']],
  [['dead-letters']],
  [['dead-letters', 'list']],
  [['dead-letters', 'retry']],
  [['dead-letters', 'drop']],
  [['chat']],
  [['config']],
  [['config', 'sample']],
])('parley %j has help with an example', async command => {
  const { code, stdout } = await parley([...command, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('Usage: npx parley');
  expect(stdout).toMatch(/Examples?:\n +(?:\S+ )*parley/);
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
