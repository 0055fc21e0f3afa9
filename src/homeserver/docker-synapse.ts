import { createHash } from 'node:crypto';
import { ParleyError } from '../core/errors.ts';
import { readIfThere } from '../whole-files.ts';
import { awaitStart } from './await-start.ts';
import { lastLines } from './data-files.ts';
import { type DockerEngine, type DockerRun, dockerRun, hostGateway } from './docker-engine.ts';
import { choosePort } from './free-port.ts';
import { portCandidates } from './homeserver-state.ts';
import { type CommandResult, lastErrorLines } from './run-command.ts';
import type { HomeserverOptions, RunningHomeserver } from './running-homeserver.ts';
import { accountMaker } from './shared-secret-account.ts';
import { registrationAt } from './synapse-config.ts';
import {
  isWritten,
  projectFiles,
  type SynapseFolder,
  type SynapseInput,
  synapseInput,
  writeInput,
} from './synapse-folder.ts';

const service = 'synapse';
/** The port inside the container; config/synapse/docker-compose.yml publishes it. */
const innerPort = 8008;
const composeLimitMs = 60_000;
/** The longest that a timer takes: 24 days. */
const foreverMs = 2 ** 31 - 1;

export interface DockerSynapse {
  readonly engine: DockerEngine;
  readonly image: string;
  readonly reason: string;
}

/** One Compose command on the project of one data folder. */
type Compose = (...words: readonly string[]) => Promise<CommandResult>;

/** Starts Synapse by Docker Compose on the homeserver's folder, or goes on with the container that runs there. */
export async function startDockerSynapse(
  folder: SynapseFolder,
  synapse: DockerSynapse,
  options: HomeserverOptions,
): Promise<RunningHomeserver> {
  const run = dockerRun(options.env, options.signal);
  const port = await portFor(folder, synapse, run, options);
  const url = `http://127.0.0.1:${port}`;
  const compose = composeFor(folder, synapse, port, run);
  const input = await inputFor(folder, synapse, url, options);
  if (!(await isWritten(input))) await compose('stop', '-t', '10', service);
  await folder.remember({ kind: 'docker', port, preferredPort: options.preferredPort });
  await writeInput(folder, input);
  options.progress(`Starting ${synapse.image}`);
  // Commands after the start must work when the start's signal is aborted: Ctrl-C is why they are run.
  const afterwards = dockerRun(options.env, new AbortController().signal);
  const composeAfterwards = composeFor(folder, synapse, port, afterwards);
  const stop = async () => {
    await composeAfterwards('stop', '-t', '10', service);
  };
  try {
    await up(folder, compose);
    // Looked at from now on: one that ends at once is not waited for until the time is over.
    const died = endOf(composeAfterwards, afterwards);
    await ready(folder, compose, { url, died }, options);
    const gateway = synapse.engine.desktop ? undefined : await hostGateway(run);
    return {
      ...life(folder, died, stop),
      kind: 'docker',
      url,
      serverName: folder.serverName,
      reason: synapse.reason,
      listenOn: gateway === undefined ? [] : [gateway],
      ensureAccount: accountMaker({ url, serverName: folder.serverName }, folder.file('registrationSecret')),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Stops the container that a killed Parley left running on the folder, for another kind of homeserver to use it. */
export async function endDockerSynapse(folder: SynapseFolder, engine: DockerEngine, run: DockerRun): Promise<void> {
  await composeFor(folder, { engine, image: '', reason: '' }, folder.state?.port ?? 0, run)(
    'stop',
    '-t',
    '10',
    service,
  );
}

/** The words of a Compose command on the project of this folder; other folders have projects of their own. Pure. */
export function composeWords(engine: DockerEngine, folder: string, words: readonly string[]): [string, ...string[]] {
  const project = `parley-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  return [...engine.compose, '-p', project, '-f', projectFiles.compose, ...words];
}

/** The variables of config/synapse/docker-compose.yml. The container gives the files to who owns the data folder. Pure. */
export function composeVariables(folder: string, image: string, port: number): NodeJS.ProcessEnv {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  return {
    ...(image !== '' && { SYNAPSE_IMAGE: image }),
    PARLEY_SYNAPSE_FOLDER: folder,
    PARLEY_HOMESERVER_PORT: String(port),
    ...(uid !== undefined && gid !== undefined && { PARLEY_UID: String(uid), PARLEY_GID: String(gid) }),
  };
}

/** The address that a container must use for what listens on this machine's loopback. Pure. */
export function fromContainer(listenerUrl: string): string {
  const url = new URL(listenerUrl);
  url.hostname = 'host.docker.internal';
  return url.toString().replace(/\/$/, '');
}

function composeFor(folder: SynapseFolder, { engine, image }: DockerSynapse, port: number, run: DockerRun): Compose {
  const env = composeVariables(folder.path, image, port);
  return (...words) => run(composeWords(engine, folder.path, words), { timeoutMs: composeLimitMs, env });
}

/** The port of our container if it runs, as that is not free but ours; or else a free one. */
async function portFor(
  folder: SynapseFolder,
  synapse: DockerSynapse,
  run: DockerRun,
  options: HomeserverOptions,
): Promise<number> {
  const candidates = portCandidates(folder.state, options.preferredPort);
  const compose = composeFor(folder, synapse, candidates[0], run);
  const published = await compose('port', service, String(innerPort));
  if (published.code === 0 && published.stdout.endsWith(`:${candidates[0]}`)) return candidates[0];
  if (published.code === 0) await compose('stop', '-t', '10', service);
  return await choosePort(candidates, options.progress);
}

async function inputFor(
  folder: SynapseFolder,
  synapse: DockerSynapse,
  publicUrl: string,
  options: HomeserverOptions,
): Promise<SynapseInput> {
  const { serverName } = folder;
  const settings = { serverName, publicUrl, bindAddress: '0.0.0.0', port: innerPort, version: synapse.image };
  const registration = registrationAt(options.registrationYaml, fromContainer(options.listenerUrl));
  return await synapseInput(folder, settings, registration);
}

async function up(folder: SynapseFolder, compose: Compose): Promise<void> {
  const result = await compose('up', '-d', service);
  if (result.code !== 0) throw startFailed(folder, `Docker Compose did not start it\n${lastErrorLines(result)}`);
}

/** Waits until Synapse answers, and no longer than its container runs. */
async function ready(
  folder: SynapseFolder,
  compose: Compose,
  { url, died }: { readonly url: string; readonly died: Promise<void> },
  options: HomeserverOptions,
): Promise<void> {
  const over = new AbortController();
  const waiting = { progress: options.progress, signal: AbortSignal.any([options.signal, over.signal]) };
  const problem = await Promise.race([awaitStart(url, waiting), died.then(() => 'the container ended')]).finally(() =>
    over.abort(),
  );
  if (problem === undefined) return;
  const printed = lastLines((await compose('logs', '--no-color', '--tail', '12', service)).stdout, 12);
  const lines = printed.length > 0 ? printed : lastLines(await readIfThere(folder.file('logOutput')), 12);
  throw startFailed(folder, [problem, ...lines.map(line => `  ${line}`)].join('\n'));
}

function startFailed(folder: SynapseFolder, why: string): ParleyError {
  return new ParleyError(
    'HOMESERVER_START_FAILED',
    `Synapse did not start in its container: ${why}\n` +
      `More may stand in ${folder.file('logOutput')}. Correct what is said there, and start again.`,
  );
}

/** Stopping the container, and noticing that it stopped without being told. */
function life(
  folder: SynapseFolder,
  died: Promise<void>,
  end: () => Promise<void>,
): Pick<RunningHomeserver, 'stop' | 'exited'> {
  let stopping: Promise<void> | undefined;
  return {
    stop: () => {
      stopping ??= end();
      return stopping;
    },
    exited: new Promise(resolve => {
      died.then(() => {
        const where = folder.file('logOutput');
        if (stopping === undefined) resolve(`The container of Synapse ended by itself. Why may stand in ${where}`);
      });
    }),
  };
}

/** Resolves when the container has ended, which it may have done already. An engine that is only slow to tell is asked again. */
async function endOf(compose: Compose, run: DockerRun): Promise<void> {
  let container = await compose('ps', '-q', service);
  while (container.timedOut) container = await compose('ps', '-q', service);
  while ((await run(['docker', 'wait', container.stdout], { timeoutMs: foreverMs })).timedOut);
}
