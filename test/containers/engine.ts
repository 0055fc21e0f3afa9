import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineAt } from '../../sandboxes/docker/engine.ts';
import { engineKind } from '../../sandboxes/docker/engine-kind.ts';
import { type OwnKind, recipes, wantedKind } from './engine-kinds.ts';
import { ownFolder, socketIn } from './own-folder.ts';
import { run } from './tools.ts';

export interface Engine {
  /** `DOCKER_HOST` of it. */
  readonly host: string;
  /** Which one it is, and its version. */
  readonly version: string;
  /** Ends it, where it was started here. */
  stop(): Promise<void>;
}

const patienceMs = 60_000;
const tries = 5;
const mostEndingMs = 30_000;

/**
 * The engine that answers, or one of the tests' own: `dockerd` at a socket that nobody else looks for, its images kept for the next time. `PARLEY_TEST_ENGINE`
 * names one of their own that is started in any case.
 */
export async function startEngine(): Promise<Engine> {
  const wanted = wantedKind(process.env);
  if (wanted !== null) return ownEngine(wanted);
  const given = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  if (await answers(given)) return { host: given, version: await versionOf(given), stop: async () => {} };
  if (process.getuid?.() !== 0) throw new Error('no Docker engine answers');
  return ownEngine();
}

/** By the `docker` command, which the tests use for its images, too: nothing of Parley has a part in it. */
const answers = (host: string): Promise<boolean> =>
  run('docker', ['-H', host, 'version', '--format', '{{.Server.Version}}'], { timeout: 20_000 }).then(
    () => true,
    () => false,
  );

/** As Parley finds it out. */
async function versionOf(host: string): Promise<string> {
  const { name, version, mapping } = await engineKind(engineAt(host));
  return `${name} ${version}${mapping.kind === 'none' ? '' : ', which maps users'}`;
}

export interface OwnEngine extends Engine {
  /** SIGKILL, and a new start after so many milliseconds; resolves when it answers again. Its containers have ended by then. */
  crash(pauseMs: number): Promise<void>;
}

/** Whether an engine of that kind can be started here, whatever Parley makes of it: why not, or null where it answers. */
export async function whyNoEngine(kind: OwnKind): Promise<string | null> {
  const taken = await ownFolder(tmpdir(), recipes[kind].folder).catch((error: Error) => error);
  if (taken instanceof Error) return taken.message;
  try {
    const { end, failed } = await daemonIn(kind, taken.folder);
    const over = new AbortController();
    const host = `unix://${socketIn(taken.folder)}`;
    const outcome = await Promise.race([untilItAnswers(host, over.signal), failed]).then(
      () => null,
      (error: Error) => error.message,
    );
    over.abort();
    await end();
    return outcome;
  } finally {
    rmSync(scratchOf(taken.folder), { recursive: true, force: true });
    taken.release();
  }
}

/** An engine of the tests' own. */
export async function ownEngine(kind: OwnKind = 'docker'): Promise<OwnEngine> {
  const { folder, release } = await ownFolder(tmpdir(), recipes[kind].folder);
  const host = `unix://${socketIn(folder)}`;
  const start = () => answeringIn(kind, folder);
  let running = await start().catch(error => {
    release();
    throw error;
  });
  process.once('exit', () => running.child.kill('SIGTERM'));
  return {
    host,
    version: `${running.version}, started for the tests`,
    async stop() {
      await running.end();
      rmSync(scratchOf(folder), { recursive: true, force: true });
      release();
    },
    async crash(pauseMs) {
      running.child.kill('SIGKILL');
      await running.ended;
      await sleep(pauseMs);
      running = await again(start);
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

/** For what an engine needs for a while: Podman leaves the archive of each image there that it was given. */
const scratchOf = (folder: string): string => join(folder, 'scratch');

async function answeringIn(kind: OwnKind, folder: string) {
  const { child, ended, failed, end } = await daemonIn(kind, folder);
  const over = new AbortController();
  const host = `unix://${socketIn(folder)}`;
  try {
    const told = untilItAnswers(host, over.signal).then(() => versionOf(host));
    return { child, ended, end, version: await Promise.race([told, failed]) };
  } catch (error) {
    await end();
    throw error;
  } finally {
    over.abort();
  }
}

async function daemonIn(kind: OwnKind, folder: string) {
  const { program, args } = recipes[kind];
  const host = `unix://${socketIn(folder)}`;
  const place = join(folder, `${program}.log`);
  const log = openSync(place, 'a');
  const scratch = scratchOf(folder);
  mkdirSync(scratch, { recursive: true });
  const env = { ...process.env, TMPDIR: scratch };
  const child = spawn(program, await args(folder, host), { stdio: ['ignore', log, log], detached: true, env });
  closeSync(log);
  const ended = new Promise<string>(resolve => {
    child.on('error', () => resolve(`no engine answers, and there is no ${program} to start`));
    child.on('exit', code => resolve(`${program} ended (${code}); see ${place}`));
  });
  const failed = ended.then(why => Promise.reject(new Error(why)));
  failed.catch(() => undefined);
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), mostEndingMs);
    await ended;
    clearTimeout(late);
  };
  return { child, ended, failed, end };
}

async function untilItAnswers(host: string, over: AbortSignal): Promise<void> {
  for (const end = Date.now() + patienceMs; Date.now() < end && !over.aborted; await sleep(250))
    if (await answers(host)) return;
  throw new Error(`the engine did not answer within ${patienceMs / 1000} seconds`);
}
