import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const synapseVersion = '1.163.2';
const projectFolder = join(import.meta.dirname, '..');
const run = promisify(execFile);

/**
 * A Python that has Synapse: the one of PARLEY_SYNAPSE_PYTHON, or one in a venv that is made once and kept. Made beside its place and
 * moved there, so that two runs may make it at once.
 */
export async function ensureSynapse(): Promise<string> {
  const given = process.env.PARLEY_SYNAPSE_PYTHON;
  if (given) return given;
  const place = join(projectFolder, 'node_modules', '.cache', 'parley-test', 'synapse', synapseVersion);
  const python = join(place, 'bin', 'python');
  if (existsSync(python)) return python;
  console.log(`… synapse: installing matrix-synapse ${synapseVersion} for the tests, once`);
  const making = `${place}.${randomUUID()}`;
  await mkdir(making, { recursive: true });
  try {
    await run(await findPython(), ['-m', 'venv', making]);
    const packages = ['-m', 'pip', 'install', '--quiet', `matrix-synapse==${synapseVersion}`];
    await run(join(making, 'bin', 'python'), packages, { timeout: 300_000 });
    await rename(making, place).catch(ignoreIfThere(python));
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return python;
}

async function findPython(): Promise<string> {
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  const check = 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)';
  for (const name of names) {
    const works = await run(name, ['-c', check]).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  throw new Error('no Python 3.10 or newer with venv');
}

function ignoreIfThere(file: string): (error: unknown) => void {
  return error => {
    if (!existsSync(file)) throw error;
  };
}
