import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ParleyError } from '../core/errors.ts';
import { readIfThere } from '../whole-files.ts';
import { awaitStart } from './await-start.ts';
import { childEnvironment } from './child-environment.ts';
import { lastLines } from './data-files.ts';
import { choosePort } from './free-port.ts';
import { portCandidates } from './homeserver-state.ts';
import { untilReady } from './readiness.ts';
import type { HomeserverOptions, RunningHomeserver } from './running-homeserver.ts';
import { accountMaker } from './shared-secret-account.ts';
import { isWritten, type SynapseFolder, type SynapseInput, synapseInput, writeInput } from './synapse-folder.ts';
import {
  endProcess,
  endSynapses,
  type FoundProcess,
  findSynapses,
  isRunning,
  synapseArguments,
} from './synapse-process.ts';

const loopback = '127.0.0.1';
const adoptLimitMs = 5000;
const pollMs = 40;
const watchMs = 1000;

/** A Python that has Synapse, and why it is used. */
export interface PythonSynapse {
  readonly python: string;
  readonly version: string;
  readonly reason: string;
}

/** Starts Synapse as a process of this machine, or goes on with the one that a killed Parley left there. */
export async function startPythonSynapse(
  folder: SynapseFolder,
  synapse: PythonSynapse,
  options: HomeserverOptions,
): Promise<RunningHomeserver> {
  const adopted = await adopt(folder, synapse, options);
  if (adopted !== undefined) return adopted;
  const port = await choosePort(portCandidates(folder.state, options.preferredPort), options.progress);
  await folder.remember({ kind: 'python', port, preferredPort: options.preferredPort });
  await writeInput(folder, await inputFor(folder, synapse, port, options));
  options.progress(`Starting Synapse ${synapse.version}`);
  const { child, died } = await spawnSynapse(folder, synapse.python, options.env);
  await ready(folder, child, { url: urlAt(port), died }, options);
  return running(folder, synapse, port, {
    end: async () => {
      if (child.pid !== undefined) await endProcess(child.pid);
    },
    died,
  });
}

/** Goes on with a Synapse left behind if it answers and has read what it should have; ends it if not. */
async function adopt(
  folder: SynapseFolder,
  synapse: PythonSynapse,
  options: HomeserverOptions,
): Promise<RunningHomeserver | undefined> {
  const [left, ...more] = await findSynapses(folder.file('config'), options.env);
  if (left === undefined) return undefined;
  const port = folder.state?.port;
  if (port !== undefined && more.length === 0 && (await isAsWanted(folder, synapse, port, left, options))) {
    options.progress('Going on with the Synapse that an earlier start left running');
    return running(folder, synapse, port, { end: () => endProcess(left.pid), died: endOf(left.pid) });
  }
  options.progress('Ending a Synapse that an earlier start left running');
  await endSynapses(folder.file('config'), options.env);
  return undefined;
}

async function isAsWanted(
  folder: SynapseFolder,
  synapse: PythonSynapse,
  port: number,
  left: FoundProcess,
  options: HomeserverOptions,
): Promise<boolean> {
  if (folder.state?.preferredPort !== options.preferredPort || !left.command.startsWith(synapse.python)) return false;
  if (!(await isWritten(await inputFor(folder, synapse, port, options)))) return false;
  const limits = { limitMs: adoptLimitMs, intervalMs: pollMs, signal: options.signal };
  return (await untilReady(urlAt(port), limits)) === undefined;
}

async function inputFor(
  folder: SynapseFolder,
  { version }: PythonSynapse,
  port: number,
  options: HomeserverOptions,
): Promise<SynapseInput> {
  const settings = { serverName: folder.serverName, publicUrl: urlAt(port), bindAddress: loopback, port, version };
  return await synapseInput(folder, settings, options.registrationYaml);
}

/**
 * Detached: Ctrl-C in a terminal goes to the whole group, and Parley has to finish with Synapse before Synapse ends. Its output
 * goes to a file and not through a pipe, so that it survives Parley.
 */
async function spawnSynapse(
  folder: SynapseFolder,
  python: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly child: ChildProcess; readonly died: Promise<string> }> {
  const output = await open(folder.file('startOutput'), 'w', 0o600);
  try {
    const child = spawn(python, synapseArguments(folder.file('config')), {
      cwd: folder.path,
      env: childEnvironment(env, 'synapse'),
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    child.unref();
    // Listened for before anything else is awaited: one that ends at once would not be noticed.
    return { child, died: exitOf(child) };
  } finally {
    await output.close();
  }
}

/** Waits until Synapse answers. When it ends before, or the person gives up, no process is left. */
async function ready(
  folder: SynapseFolder,
  child: ChildProcess,
  { url, died }: { readonly url: string; readonly died: Promise<string> },
  options: HomeserverOptions,
): Promise<void> {
  const over = new AbortController();
  const waiting = { progress: options.progress, signal: AbortSignal.any([options.signal, over.signal]) };
  try {
    const problem = await Promise.race([awaitStart(url, waiting), died]);
    if (problem === undefined) return;
    const lines = await startFailureLines(folder);
    throw new ParleyError('HOMESERVER_START_FAILED', `Synapse did not start: ${problem}.${lines}`);
  } catch (error) {
    if (child.pid !== undefined) await endProcess(child.pid);
    throw error;
  } finally {
    over.abort();
  }
}

async function startFailureLines(folder: SynapseFolder): Promise<string> {
  const printed = lastLines(await readIfThere(folder.file('startOutput')), 12);
  const logged = await readIfThere(folder.file('logOutput'));
  const lines = printed.length > 0 ? printed : lastLines(logged, 12);
  if (logged === undefined && lines.length === 0)
    return '\nIt has written nothing. Where this machine has much else to do, start again when it has less.';
  const where = folder.file(logged === undefined ? 'startOutput' : 'logOutput');
  return `${lines.map(line => `\n  ${line}`).join('')}\nMore stands in ${where}. Correct what is said there, and start again.`;
}

interface Life {
  readonly end: () => Promise<void>;
  /** Resolves whenever the process ends, also when it was told to. */
  readonly died: Promise<string>;
}

function running(folder: SynapseFolder, synapse: PythonSynapse, port: number, life: Life): RunningHomeserver {
  let stopping: Promise<void> | undefined;
  const url = urlAt(port);
  return {
    kind: 'python',
    url,
    serverName: folder.serverName,
    reason: synapse.reason,
    listenOn: [],
    ensureAccount: accountMaker({ url, serverName: folder.serverName }, folder.file('registrationSecret')),
    stop: () => {
      stopping ??= life.end();
      return stopping;
    },
    exited: new Promise(resolve => {
      life.died.then(how => {
        if (stopping === undefined)
          resolve(`Synapse ended by itself: ${how}. Why may stand in ${folder.file('logOutput')}`);
      });
    }),
  };
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise(resolve => {
    child.once('error', error => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `killed by ${signal}`));
  });
}

/** No parent, no notice: a process that is not our child has to be looked at. */
async function endOf(pid: number): Promise<string> {
  while (await isRunning(pid)) await sleep(watchMs, undefined, { ref: false });
  return 'the process is gone';
}

function urlAt(port: number): string {
  return `http://${loopback}:${port}`;
}
