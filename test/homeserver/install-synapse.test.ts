import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installedSynapse, installSynapse } from '../../src/homeserver/install-synapse.ts';
import { fakeExecutable, temporaryFolder } from './fixtures.ts';

/** A Python whose virtual environments have a pip that does `pip`, with a log of how it was called. */
function fakePython(pip: string) {
  const folder = temporaryFolder();
  const log = join(folder, 'pip.log');
  const made = fakeExecutable(folder, 'made-python', `echo "$@" >> '${log}'\n${pip}`);
  const script = `/bin/mkdir -p "$3/bin" && /bin/cp '${made}' "$3/bin/python"`;
  const lines: string[] = [];
  return {
    lines,
    folder,
    venv: join(folder, 'venv'),
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    python: { path: fakeExecutable(folder, 'python3', script), version: '3.11.2' },
  };
}

function install({ python, venv, lines }: ReturnType<typeof fakePython>, signal = new AbortController().signal) {
  return installSynapse(python, { venv, env: { PATH: '' }, progress: line => lines.push(line), signal });
}

test('installs the pinned version with the tested dependencies, and knows it again', async () => {
  const fake = fakePython('exit 0');
  expect(await installedSynapse(fake.venv)).toBeUndefined();
  const python = await install(fake);
  expect(python).toBe(join(fake.venv, 'bin', 'python'));
  expect(fake.calls()).toEqual([expect.stringMatching(/--constraint .*constraints\.txt matrix-synapse==1\.163\.2$/)]);
  expect(await installedSynapse(fake.venv)).toBe(python);
});

test('an installation that failed is begun again', async () => {
  const fake = fakePython('echo "ERROR: Could not fetch URL" >&2; exit 1');
  await expect(install(fake)).rejects.toMatchObject({ code: 'HOMESERVER_MISSING', retry: true });
  await expect(install(fake)).rejects.toThrow(/Could not fetch URL/);
  expect(await installedSynapse(fake.venv)).toBeUndefined();
});

test('an installation that was cut leaves no running pip and does not count', async () => {
  const fake = fakePython('exec /bin/sleep 60');
  const over = new AbortController();
  const installing = expect(install(fake, over.signal)).rejects.toThrow('Ctrl-C');
  await expect.poll(fake.calls).toHaveLength(1);
  over.abort(new Error('Ctrl-C'));
  await installing;
  expect(existsSync(join(fake.venv, 'bin', 'python'))).toBe(true);
  expect(await installedSynapse(fake.venv)).toBeUndefined();
});

test('lets pip choose where the tested versions do not fit', async () => {
  const fake = fakePython(
    'case "$*" in *--constraint*) echo "ERROR: No matching distribution found for x==1" >&2; exit 1;; esac',
  );
  await install(fake);
  expect(fake.calls()).toHaveLength(2);
  expect(fake.lines).toContainEqual(expect.stringContaining('pip chooses others'));
});

test('a virtual environment whose Python is gone does not count', async () => {
  const fake = fakePython('exit 0');
  rmSync(await install(fake));
  expect(await installedSynapse(fake.venv)).toBeUndefined();
});
