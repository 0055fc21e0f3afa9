import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  endProcess,
  endVenvProcesses,
  findSynapses,
  isRunning,
  synapseArguments,
} from '../../src/homeserver/synapse-process.ts';
import { temporaryFolder } from './fixtures.ts';

const env = { PATH: process.env.PATH };

/** A process with these words in its command line, that says when it is ready. */
async function processWith(words: readonly string[], code = ''): Promise<ChildProcess & { pid: number }> {
  const script = `${code}; console.log('ready'); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['-e', script, '--', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('no process');
  return Object.assign(child, { pid: child.pid });
}

test('a Synapse is found by the configuration that it runs on', async () => {
  const folder = temporaryFolder();
  const config = join(folder, 'homeserver.yaml');
  const ours = await processWith(synapseArguments(config));
  await processWith(synapseArguments(join(folder, 'other', 'homeserver.yaml')));
  expect((await findSynapses(config, env)).map(({ pid }) => pid)).toEqual([ours.pid]);
  await endProcess(ours.pid);
  expect(await findSynapses(config, env)).toEqual([]);
});

test('a process that does not listen is ended by force', async () => {
  const child = await processWith([], "process.on('SIGTERM', () => {})");
  const begun = Date.now();
  await endProcess(child.pid, 200);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(200);
  expect(await isRunning(child.pid)).toBe(false);
});

test('ending what is gone is no error', async () => {
  const child = await processWith([]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await endProcess(child.pid);
});

test('an installation that outlived its Parley is ended', async () => {
  const venv = join(temporaryFolder(), 'venv');
  const left = await processWith(['-m', 'venv', venv]);
  const other = await processWith([`${venv}/notes.txt`]);
  await endVenvProcesses(venv, env);
  expect(await isRunning(left.pid)).toBe(false);
  expect(await isRunning(other.pid)).toBe(true);
});
