import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ParleyError } from '../core/errors.ts';
import { readIfThere, writeFileAtomic } from '../whole-files.ts';
import { childEnvironment } from './child-environment.ts';
import type { Python } from './find-python.ts';
import { type CommandResult, lastErrorLines, runCommand } from './run-command.ts';
import { projectFiles } from './synapse-folder.ts';
import { endVenvProcesses } from './synapse-process.ts';

/** The version that Parley is tested with; the images in config/synapse/docker-compose.yml and docker-compose.yml are of the same. */
export const synapseVersion = '1.163.2';

const installLimitMs = 15 * 60_000;
const heartbeatMs = 15_000;

export interface InstallOptions {
  readonly venv: string;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

interface CommandRun extends InstallOptions {
  readonly onLine: (line: string) => void;
}

/** The interpreter of a finished installation of this version, undefined where there is none. */
export async function installedSynapse(venv: string): Promise<string | undefined> {
  const marker = await readIfThere(markerOf(venv));
  const python = pythonOf(venv);
  return marker?.trim() === synapseVersion && existsSync(python) ? python : undefined;
}

/**
 * Installs Synapse into a virtual environment of its own and gives its interpreter. The marker is written last, so an installation
 * that was cut is begun again by the next start.
 */
export async function installSynapse(python: Python, options: InstallOptions): Promise<string> {
  options.progress(`Installing Synapse ${synapseVersion} with Python ${python.version} (once, a minute or two)`);
  const begun = Date.now();
  const passed = () => `${Math.round((Date.now() - begun) / 1000)} s`;
  let line = '';
  const heartbeat = setInterval(
    () => options.progress(`Still installing (${passed()})${line === '' ? '' : `: ${line}`}`),
    heartbeatMs,
  );
  const onLine = (next: string) => {
    line = next.trim().slice(0, 80);
  };
  try {
    await install(python, { ...options, onLine });
  } finally {
    clearInterval(heartbeat);
  }
  options.progress(`Synapse is installed (${passed()})`);
  return pythonOf(options.venv);
}

async function install(python: Python, options: CommandRun): Promise<void> {
  await endVenvProcesses(options.venv, options.env);
  await rm(options.venv, { recursive: true, force: true });
  const made = await run(python.path, ['-m', 'venv', options.venv], options);
  if (made.code !== 0) throw installFailed('the virtual environment was not made', made);
  const installed = await pipInstall(options);
  if (installed.code !== 0) throw installFailed('pip did not succeed', installed);
  await writeFileAtomic(markerOf(options.venv), `${synapseVersion}\n`);
}

/**
 * With the versions that were tested; freely where this Python or platform has not all of them. Nothing is compiled: Synapse
 * imports a fraction of what is installed, so its first start compiles that in 4 s instead of all of it in 15 s.
 */
async function pipInstall(options: CommandRun): Promise<CommandResult> {
  const pip = [
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '--no-input',
    '--no-compile',
    '--progress-bar',
    'off',
    '--prefer-binary',
  ];
  const wanted = `matrix-synapse==${synapseVersion}`;
  const python = pythonOf(options.venv);
  const result = await run(python, [...pip, '--constraint', projectFiles.constraints, wanted], options);
  if (result.code === 0 || !/ResolutionImpossible|No matching distribution/.test(result.stderr)) return result;
  options.progress('The tested versions of its dependencies do not all fit this Python, so pip chooses others');
  return await run(python, [...pip, wanted], options);
}

function run(file: string, args: readonly string[], options: CommandRun): Promise<CommandResult> {
  const { signal, onLine } = options;
  return runCommand(file, args, {
    env: childEnvironment(options.env, 'pip'),
    timeoutMs: installLimitMs,
    signal,
    onLine,
  });
}

function installFailed(what: string, result: CommandResult): ParleyError {
  return new ParleyError(
    'HOMESERVER_MISSING',
    `Synapse could not be installed: ${what}. Check the network and start again, or set MATRIX_HOMESERVER_URL to a homeserver ` +
      `of your own.\n${lastErrorLines(result)}`,
    { retry: true },
  );
}

function markerOf(venv: string): string {
  return join(venv, 'parley-installed');
}

function pythonOf(venv: string): string {
  return join(venv, 'bin', 'python');
}
