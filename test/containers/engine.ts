import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './tools.ts';

export interface Engine {
  /** `DOCKER_HOST` of it. */
  readonly host: string;
  readonly version: string;
  /** Ends it, where it was started here. */
  stop(): Promise<void>;
}

const patienceMs = 60_000;
const tries = 5;

/** The engine that answers, or one of the tests' own: `dockerd` at a socket that nobody else looks for, its images kept for the next time. */
export async function startEngine(): Promise<Engine> {
  const given = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  const version = await versionOf(given);
  if (version !== undefined) return { host: given, version, stop: async () => {} };
  if (process.getuid?.() !== 0) throw new Error('no Docker engine answers');
  return ownEngine();
}

async function versionOf(host: string): Promise<string | undefined> {
  const answer = await run('docker', ['-H', host, 'version', '--format', '{{.Server.Version}}']).catch(() => undefined);
  return answer?.stdout.trim();
}

export interface OwnEngine extends Engine {
  /** SIGKILL, and a new start after so many milliseconds; resolves when it answers again. Its containers have ended by then. */
  crash(pauseMs: number): Promise<void>;
}

/** An engine of the tests' own. */
export async function ownEngine(): Promise<OwnEngine> {
  const folder = join(tmpdir(), 'parley-test-docker');
  mkdirSync(folder, { recursive: true });
  const host = `unix://${join(folder, 'docker.sock')}`;
  let running = await daemonIn(folder, host);
  process.once('exit', () => running.child.kill('SIGTERM'));
  return {
    host,
    version: `${running.version}, started for the tests`,
    async stop() {
      running.child.kill('SIGTERM');
      await running.ended;
    },
    async crash(pauseMs) {
      running.child.kill('SIGKILL');
      await running.ended;
      await sleep(pauseMs);
      running = await again(() => daemonIn(folder, host));
    },
  };
}

/** As whoever watches over a service does: a busy machine may let the first try fail. */
async function again<T>(start: () => Promise<T>): Promise<T> {
  for (let left = tries; left > 1; left--) {
    try {
      return await start();
    } catch {
      await sleep(1_000);
    }
  }
  return start();
}

async function daemonIn(folder: string, host: string) {
  const places = { 'data-root': 'data', 'exec-root': 'exec', pidfile: 'dockerd.pid' };
  const args = Object.entries(places).flatMap(([option, place]) => [`--${option}`, join(folder, place)]);
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  const child = spawn('dockerd', ['-H', host, ...args, ...(await gvisor())], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<string>(resolve => {
    child.on('error', () => resolve('no Docker engine answers, and there is no dockerd to start'));
    child.on('exit', code => resolve(`dockerd ended (${code}); see ${folder}/dockerd.log`));
  });
  const over = new AbortController();
  const failed = ended.then(why => Promise.reject(new Error(why)));
  const version = await Promise.race([untilItAnswers(host, over.signal), failed]).finally(() => over.abort());
  return { child, ended, version };
}

/** Where gVisor is installed, the engine has its runtime, too. */
async function gvisor(): Promise<readonly string[]> {
  const found = await run('sh', ['-c', 'command -v runsc']).catch(() => null);
  return found === null ? [] : ['--add-runtime', `runsc=${found.stdout.trim()}`];
}

async function untilItAnswers(host: string, over: AbortSignal): Promise<string> {
  for (const end = Date.now() + patienceMs; Date.now() < end && !over.aborted; await sleep(250)) {
    const version = await versionOf(host);
    if (version !== undefined) return version;
  }
  throw new Error('dockerd did not answer');
}
