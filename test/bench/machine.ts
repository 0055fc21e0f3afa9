import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const projectFolder = join(import.meta.dirname, '..', '..');

/** What numbers depend on: the machine and the versions. */
export async function describeMachine(): Promise<readonly string[]> {
  const [cpu] = cpus();
  const memory = (totalmem() / 1024 ** 3).toFixed(1);
  const load = loadavg()[0]?.toFixed(2) ?? '?';
  return [
    `${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB, ${type()} ${release()}, load ${load} at the start`,
    `Node ${process.versions.node}, Synapse ${await synapseVersion()} (SQLite), matrix-js-sdk ${versionOf('matrix-js-sdk')}, ` +
      `Parley ${versionIn(projectFolder)}`,
  ];
}

async function synapseVersion(): Promise<string> {
  const python = process.env.PARLEY_SYNAPSE_PYTHON ?? 'python3';
  const asked = promisify(execFile)(python, ['-c', 'import synapse; print(synapse.__version__)']);
  return asked.then(
    ({ stdout }) => stdout.trim().split(' ')[0] ?? '',
    () => 'not found',
  );
}

const versionOf = (name: string): string => versionIn(join(projectFolder, 'node_modules', name));

function versionIn(folder: string): string {
  const read: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : 'unknown';
}
