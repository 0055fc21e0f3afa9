import { childEnvironment } from './child-environment.ts';
import { type CommandResult, failureOf, runCommand } from './run-command.ts';

/** A Docker engine on this machine and how to speak to it. */
export interface DockerEngine {
  readonly version: string;
  /** The words that begin a Compose command: `docker compose`, or `docker-compose` of old. */
  readonly compose: readonly [string, ...string[]];
  /** Docker Desktop runs containers in a machine of its own, and brings them to the loopback of this one by itself. */
  readonly desktop: boolean;
}

/** Runs a Docker or Compose command; a few seconds long unless told otherwise. */
export type DockerRun = (
  words: readonly [string, ...string[]],
  extra?: { readonly timeoutMs?: number; readonly env?: NodeJS.ProcessEnv },
) => Promise<CommandResult>;

export type DockerSearch = { readonly engine: DockerEngine } | { readonly engine: undefined; readonly why: string };

/** For the person who waits and has no Docker, this must be quick. */
const probeLimitMs = 5000;

/** Finds an engine that can run a homeserver for this Parley, or says in half a sentence why not. */
export async function findDocker(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<DockerSearch> {
  if (/^(tcp|ssh|https?):/.test(env.DOCKER_HOST ?? '')) return none('DOCKER_HOST names an engine on another machine');
  const run = dockerRun(env, signal);
  const version = await run(['docker', 'version', '--format', '{{.Server.Version}}']);
  if (version.missing) return none('Docker is not installed');
  if (version.code !== 0) return none(`no Docker engine answers (${failureOf(version)})`);
  const info = await run(['docker', 'info', '--format', '{{.OperatingSystem}} {{.SecurityOptions}}']);
  if (info.code !== 0) return none(`the Docker engine tells nothing about itself (${failureOf(info)})`);
  if (info.stdout.includes('name=rootless'))
    return none('a rootless Docker engine does not let containers reach Parley');
  const compose = await findCompose(run);
  if (compose === undefined) return none('Docker Compose is not installed');
  return { engine: { version: version.stdout, compose, desktop: info.stdout.startsWith('Docker Desktop') } };
}

/** Sees to it that the image is on the machine. Undefined when it is, or else why it can't be had. */
export async function obtainImage(
  run: DockerRun,
  image: string,
  progress: (line: string) => void,
  limitMs = 300_000,
): Promise<string | undefined> {
  const local = await run(['docker', 'image', 'inspect', '--format', '{{.Id}}', image]);
  if (local.code === 0) return undefined;
  progress(`Pulling the image ${image} (once)`);
  const pulled = await run(['docker', 'pull', image], { timeoutMs: limitMs });
  return pulled.code === 0 ? undefined : `the image ${image} can't be had (${failureOf(pulled)})`;
}

/** The address of this machine that containers know as `host.docker.internal`, on an engine other than Docker Desktop. */
export async function hostGateway(run: DockerRun): Promise<string | undefined> {
  const format = '{{range .IPAM.Config}}{{.Gateway}} {{end}}';
  const bridge = await run(['docker', 'network', 'inspect', 'bridge', '--format', format]);
  return bridge.stdout.split(/\s+/).find(address => /^[0-9]+(?:\.[0-9]+){3}$/.test(address));
}

export function dockerRun(env: NodeJS.ProcessEnv, signal: AbortSignal): DockerRun {
  return ([file, ...args], extra = {}) =>
    runCommand(file, args, {
      env: { ...childEnvironment(env, 'docker'), ...extra.env },
      timeoutMs: extra.timeoutMs ?? probeLimitMs,
      signal,
    });
}

async function findCompose(run: DockerRun): Promise<readonly [string, ...string[]] | undefined> {
  const plugin = await run(['docker', 'compose', 'version']);
  if (plugin.code === 0) return ['docker', 'compose'];
  const standalone = await run(['docker-compose', 'version']);
  return standalone.code === 0 ? ['docker-compose'] : undefined;
}

function none(why: string): DockerSearch {
  return { engine: undefined, why };
}
