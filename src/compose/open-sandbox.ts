import { join } from 'node:path';
import type { Config } from '../../config/load.ts';
import { buildImage } from '../../sandboxes/docker/build-image.ts';
import { type Engine, engineAt } from '../../sandboxes/docker/engine.ts';
import { hasProgram } from '../../sandboxes/docker/has-program.ts';
import { ownImage } from '../../sandboxes/docker/image.ts';
import { dockerSandbox } from '../../sandboxes/docker/sandbox.ts';
import type { Main } from '../cli/main-functions.ts';
import { ParleyError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import { systemClock } from '../system-clock.ts';
import { knownInstallationName } from './installation-name.ts';

type GivenHere = { readonly config: Pick<Config, 'sandbox' | 'dataDir' | 'matrix'>; readonly env: NodeJS.ProcessEnv };

interface Given {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Of this process, among those of the installation. */
  readonly process: string;
  /** Whether another process of the installation lives. */
  readonly lives: (process: string) => Promise<boolean>;
}

const [MiB, minuteMs] = [1024 * 1024, 60_000];
/** What is given back of a command, and read or written of a file, at once. */
const [outputBytes, fileBytes, commands] = [64 * 1024, 8 * MiB, 8];

/** Where the commands of tasks run; null where they are to run nowhere. Starts nothing before somebody wants a workspace. */
export async function openSandbox({ config, env, clock, process, lives }: Given): Promise<Sandbox | null> {
  const { sandbox: options, dataDir } = config;
  if (options.engine === 'none') return null;
  return dockerSandbox({
    engine: engineOf(env),
    clock,
    image: options.image,
    runtime: options.runtime,
    root: options.folder ?? join(dataDir, 'agent-workspaces'),
    limits: {
      memoryBytes: options.memoryMiB * MiB,
      diskBytes: options.diskMiB * MiB,
      cpus: options.cpus,
      processes: options.processes,
      commandMs: options.commandMinutes * minuteMs,
      outputBytes,
      fileBytes,
      commands,
    },
    warm: options.warm,
    idleMs: options.idleMinutes * minuteMs,
    running: options.running,
    perAgent: options.perAgent,
    installation: await ownerOf(config),
    process,
    lives,
  });
}

export const describeSandbox: Main['describeSandbox'] = async ({ config, env, signal }) => {
  const sandbox = await openSandbox({ config, env, clock: systemClock, process: 'check', lives: async () => true });
  return sandbox === null ? null : sandbox.describe(signal);
};

/**
 * Whether the image of workspaces has a program; null: nobody knows, as there is no engine, no image, or the program would be a file of the task. Rejects with
 * the reason of `signal` only.
 */
export async function isInImage(
  { config, env }: GivenHere,
  program: string,
  signal: AbortSignal,
): Promise<boolean | null> {
  const { engine, image } = config.sandbox;
  if (engine === 'none' || (program.includes('/') && !program.startsWith('/'))) return null;
  try {
    const whose = { installation: await ownerOf(config), process: 'check' };
    return await hasProgram({ engine: engineOf(env), image, ...whose }, program, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ParleyError) return null;
    throw error;
  }
}

export const buildSandbox: Main['buildSandbox'] = async ({ config: _, env, ...wishes }) => {
  await buildImage(engineOf(env), { image: ownImage, ...wishes });
  return ownImage;
};

/** Whose containers are those of this installation. */
const ownerOf = async (config: GivenHere['config']): Promise<string> => (await knownInstallationName(config)) ?? 'new';

const engineOf = (env: NodeJS.ProcessEnv): Engine =>
  engineAt(env.DOCKER_HOST || null, (env.DOCKER_TLS_VERIFY ?? '') !== '');
