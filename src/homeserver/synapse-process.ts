import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from './child-environment.ts';
import { runCommand } from './run-command.ts';

/** The arguments after the interpreter's name; by them, a Synapse is known again as the one of this configuration. */
export function synapseArguments(configFile: string): readonly string[] {
  return ['-m', 'synapse.app.homeserver', '--config-path', configFile];
}

export interface FoundProcess {
  readonly pid: number;
  /** The command line, words separated by spaces. */
  readonly command: string;
}

/**
 * The Synapses that run on a configuration file: what a Parley that was killed left behind. Their command line tells, which unlike
 * a file with a process id can't be stale, name somebody else's process, or be missing when the kill came early.
 */
export async function findSynapses(configFile: string, env: NodeJS.ProcessEnv): Promise<readonly FoundProcess[]> {
  const words = synapseArguments(configFile).join(' ');
  return (await listProcesses(env)).filter(({ command }) => command.includes(words));
}

/** Ends the Synapses that run on a configuration file. */
export async function endSynapses(configFile: string, env: NodeJS.ProcessEnv): Promise<void> {
  const left = await findSynapses(configFile, env);
  await Promise.all(left.map(({ pid }) => endProcess(pid)));
}

/** Ends what runs from a virtual environment or makes it: an installation outlives a Parley that was killed. */
export async function endVenvProcesses(venv: string, env: NodeJS.ProcessEnv): Promise<void> {
  const isOfVenv = (command: string) => command.startsWith(`${venv}/`) || command.includes(` -m venv ${venv}`);
  const left = (await listProcesses(env)).filter(({ command }) => isOfVenv(command));
  await Promise.all(left.map(({ pid }) => endProcess(pid)));
}

/** Ends a process: asks, and after `graceMs` forces. Resolves when it is gone, or when not even force has helped for 5 s. */
export async function endProcess(pid: number, graceMs = 10_000): Promise<void> {
  send(pid, 'SIGTERM');
  if (await isGoneWithin(pid, graceMs)) return;
  send(pid, 'SIGKILL');
  await isGoneWithin(pid, 5000);
}

async function isGoneWithin(pid: number, limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (await isRunning(pid)) {
    if (Date.now() > end) return false;
    await sleep(20);
  }
  return true;
}

/** False also for a process that has ended and only waits for its parent to take notice. */
export async function isRunning(pid: number): Promise<boolean> {
  if (!send(pid, 0)) return false;
  if (process.platform !== 'linux') return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  return state !== '' && state !== 'Z' && state !== 'X';
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function listProcesses(env: NodeJS.ProcessEnv): Promise<readonly FoundProcess[]> {
  return process.platform === 'linux' ? await listFromProc() : await listFromPs(env);
}

async function listFromProc(): Promise<readonly FoundProcess[]> {
  const pids = (await readdir('/proc')).filter(name => /^[0-9]+$/.test(name));
  return await Promise.all(
    pids.map(async name => {
      const words = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(name), command: words.replaceAll('\0', ' ') };
    }),
  );
}

async function listFromPs(env: NodeJS.ProcessEnv): Promise<readonly FoundProcess[]> {
  const options = { env: childEnvironment(env, 'synapse'), timeoutMs: 5000, signal: new AbortController().signal };
  const { stdout } = await runCommand('ps', ['-axww', '-o', 'pid=,command='], options);
  return stdout.split('\n').map(line => {
    const [, pid = '0', command = ''] = /^\s*([0-9]+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), command };
  });
}
