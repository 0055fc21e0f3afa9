import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Main } from '../../src/cli/main-functions.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { parley } from './terminal.ts';

const counts = { messages: 1200, turns: 34 };
const noting =
  (requests: Parameters<Main['backUp']>[0][]): Main['backUp'] =>
  async request => {
    requests.push(request);
    return { at: '2026-01-01T00:00:00.000Z', encrypted: request.lock !== null, counts };
  };

test('backup copies into a file named by the time, and warns that it is not encrypted', async () => {
  const requests: Parameters<Main['backUp']>[0][] = [];
  const cwd = tempFolder();
  const { code, stdout, stderr } = await parley(['backup'], { cwd, main: { backUp: noting(requests) } });
  expect(code).toBe(0);
  expect(requests).toMatchObject([
    { lock: null, to: expect.stringMatching(/parley-\d{4}-\d\d-\d\dT[\d-]+Z\.backup$/) },
  ]);
  expect(stdout).toMatch(/^✓ Backup: 1234 documents → parley-/);
  expect(stderr).toContain('Not encrypted');
});

test('backup --encrypt takes the passphrase of a file before that of the environment, and no short one', async () => {
  const requests: Parameters<Main['backUp']>[0][] = [];
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'secret'), 'several words of a file\nand more\n');
  const env = { PARLEY_BACKUP_PASSPHRASE: 'several words' };
  const main = { backUp: noting(requests) };
  await parley(['backup', '--encrypt', 'b'], { cwd, env, main });
  await parley(['backup', '--encrypt', '--passphrase-file', 'secret', 'b'], { cwd, env, main });
  expect(requests.map(({ lock }) => lock?.passphrase)).toEqual(['several words', 'several words of a file']);
  const short = await parley(['backup', '--encrypt', 'b'], { cwd, env: { PARLEY_BACKUP_PASSPHRASE: 'short' }, main });
  expect(short).toMatchObject({ code: 1, stderr: expect.stringContaining('12 characters') });
  const none = await parley(['backup', '--encrypt', 'b'], { cwd, main });
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('PARLEY_BACKUP_PASSPHRASE') });
  expect(requests).toHaveLength(2);
});

test('backup - writes the bytes to standard output and all else to standard error', async () => {
  const backUp: Main['backUp'] = async ({ to }) => {
    if (typeof to !== 'string') to.write(Buffer.from('bytes'));
    return { at: '2026-01-01T00:00:00.000Z', encrypted: false, counts };
  };
  const { stdout, stderr } = await parley(['backup', '-', '--json'], { main: { backUp } });
  expect(stdout).toBe('bytes');
  expect(stderr).toContain('"messages": 1200');
});

test('restore names its steps, and says how to go on', async () => {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'b'), 'a backup');
  const restore: Main['restore'] = async ({ toTime, onStep, lock }) => {
    for (const step of ['check', 'write', 'verify'] as const) onStep?.(step);
    expect([toTime, lock]).toEqual([Date.UTC(2026, 0, 2), null]);
    return { at: '2026-01-03T00:00:00.000Z', serverName: 'localhost', counts, keptFiles: ['registration.json'] };
  };
  const { code, stdout } = await parley(['restore', 'b', '--to-time', '2026-01-02T00:00:00Z'], {
    cwd,
    main: { restore },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /✓ Check.*\n✓ Restore.*\n✓ Verify: 1234 documents.*\n.*registration\.json.*\n\n.*npx parley up/,
  );
});

test('restore refuses a time that is none, and a file that is not there', async () => {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'b'), 'a backup');
  expect(await parley(['restore', 'b', '--to-time', 'yesterday'], { cwd })).toMatchObject({ code: 1 });
  expect(await parley(['restore', 'c'], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('BACKUP_BROKEN'),
  });
  expect(existsSync(join(cwd, '.parley'))).toBe(false);
});
