import { expect, test } from 'vitest';
import { countLine } from '../../src/cli/counts.ts';
import type { Main } from '../../src/cli/main-functions.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { parley } from './terminal.ts';

const toMongodb = ['copy', '--from', 'sqlite', '--to', 'mongodb'];
const digests = { messages: { count: 1_200, hash: 'a' }, turns: { count: 30, hash: 'b' } } as never;

/** A copy that goes its way at once. */
const copied: Main['copy'] = async ({ onStep, onProgress, onWaiting }) => {
  onStep?.('write');
  onProgress?.(600);
  onStep?.('follow');
  onWaiting(2);
  onStep?.('settle');
  onStep?.('verify');
  return { digests, from: 'SQLite at parley.db', to: 'MongoDB at mongodb://db/parley' };
};

test('copy names its steps and who has to be stopped, that both are the same, and how to go on', async () => {
  const { code, stdout } = await parley(toMongodb, { main: { copy: copied } });
  expect(code).toBe(0);
  const places = [
    'Copy',
    // A step is told when it is over.
    'Still running: 2',
    'What has changed meanwhile',
    'Parley has ended',
    'Compare: 1230 documents, the same by count and hash',
    'From now on run Parley on MongoDB at mongodb://db/parley. Set MONGODB_URL for every process',
    "SQLite at parley.db stays as it was, and can't be started any more.",
  ].map(words => stdout.indexOf(words));
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places[0]).toBeGreaterThanOrEqual(0);
});

test('copy as JSON prints the comparison and nothing else', async () => {
  const { stdout } = await parley([...toMongodb, '--json'], { main: { copy: copied } });
  expect(JSON.parse(stdout)).toMatchObject({ digests });
});

test('a copy that fails says at which step, and does not say that all is the same', async () => {
  const copy: Main['copy'] = async ({ onStep }) => {
    onStep?.('verify');
    throw new ParleyError('COPY_REFUSED', 'Somebody wrote meanwhile.');
  };
  const { code, stdout, stderr } = await parley(toMongodb, { main: { copy } });
  expect(code).toBe(1);
  expect(stdout).toContain('✗ Compare');
  expect(stdout).not.toContain('the same by count and hash');
  expect(stderr).toContain('COPY_REFUSED');
});

test('a store is not copied to itself', async () => {
  expect((await parley(['copy', '--from', 'sqlite', '--to', 'sqlite'])).code).toBe(2);
});

test('what takes long tells every five seconds how far it is', () => {
  const lines: string[] = [];
  let time = 0;
  const tell = countLine({ info: (line: string) => lines.push(line) } as never, () => time);
  for (; time <= 12_000; time += 1_000) tell(time);
  expect(lines).toEqual(['5000 documents so far', '10000 documents so far']);
});
