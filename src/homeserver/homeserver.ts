import { join, resolve } from 'node:path';
import { ParleyError } from '../core/errors.ts';
import { dockerRun, findDocker, obtainImage } from './docker-engine.ts';
import { type DockerSynapse, endDockerSynapse, startDockerSynapse } from './docker-synapse.ts';
import { externalHomeserver } from './external-homeserver.ts';
import { findPython, synapseVersionOf } from './find-python.ts';
import { standInLine } from './homeserver-state.ts';
import { installedSynapse, installSynapse, synapseVersion } from './install-synapse.ts';
import { type PythonSynapse, startPythonSynapse } from './python-synapse.ts';
import type { HomeserverOptions, RunningHomeserver } from './running-homeserver.ts';
import { openSynapseFolder, type SynapseFolder } from './synapse-folder.ts';
import { endSynapses } from './synapse-process.ts';

export type { HomeserverOptions, RunningHomeserver } from './running-homeserver.ts';

const defaultImage = `matrixdotorg/synapse:v${synapseVersion}`;

/**
 * Gives a homeserver that answers: the one that is configured, or else Synapse by Docker, or else Synapse by Python. A folder's
 * homeserver stays of the kind that it was begun with as long as that can be had; both kinds work on the same files. Every
 * choice goes to `progress` with its reason.
 */
export async function startHomeserver(given: HomeserverOptions): Promise<RunningHomeserver> {
  const options = { ...given, dataDir: resolve(given.dataDir) };
  const homeserver = options.env.MATRIX_HOMESERVER_URL
    ? await externalHomeserver(options)
    : await ownHomeserver(await openSynapseFolder(options.dataDir, options.env.MATRIX_SERVER_NAME), options);
  options.progress(`${homeserver.reason}`);
  return homeserver;
}

async function ownHomeserver(folder: SynapseFolder, options: HomeserverOptions): Promise<RunningHomeserver> {
  const wish = wishedKind(options.env);
  const before = folder.state;
  const kinds = kindsToTry(wish, folder.state?.kind);
  const problems: string[] = [];
  for (const kind of kinds) {
    const found = await (kind === 'docker' ? tryDocker(folder, options) : tryPython(folder, options));
    if (typeof found !== 'string') {
      const line = standInLine(before, Number(new URL(found.url).port), options.preferredPort);
      if (line !== null) options.progress(line);
      return found;
    }
    problems.push(found);
    if (kind !== kinds.at(-1)) options.progress(`Not by ${kind === 'docker' ? 'Docker' : 'Python'}: ${found}`);
  }
  throw new ParleyError(
    'HOMESERVER_MISSING',
    missing({ wish, isAsked: Boolean(options.env.PARLEY_HOMESERVER) }, problems),
  );
}

type Kind = 'docker' | 'python';

/** In which order the kinds are tried. Pure. */
export function kindsToTry(wished: Kind | undefined, before: Kind | undefined): readonly Kind[] {
  if (wished !== undefined) return [wished];
  return before === 'python' ? ['python', 'docker'] : ['docker', 'python'];
}

/** A Python given for Synapse is a wish for Python. Pure. */
export function wishedKind(env: NodeJS.ProcessEnv): Kind | undefined {
  const wish = env.PARLEY_HOMESERVER;
  if (wish === 'docker' || wish === 'python') return wish;
  if (wish) throw new ParleyError('CONFIG_INVALID', `PARLEY_HOMESERVER is "${wish}"; it must be docker or python.`);
  return env.PARLEY_SYNAPSE_PYTHON ? 'python' : undefined;
}

function missing(
  { wish, isAsked }: { readonly wish: Kind | undefined; readonly isAsked: boolean },
  problems: readonly string[],
): string {
  const why = problems.map(problem => `\n  - ${problem}`).join('');
  const ways = [
    isAsked ? 'unset PARLEY_HOMESERVER, so that Parley may use what is there' : undefined,
    wish === 'docker' ? undefined : 'install Python 3.10 or newer with venv',
    wish === 'python' ? undefined : 'install and start Docker with Compose',
    'set MATRIX_HOMESERVER_URL and MATRIX_SERVER_NAME to a homeserver of your own',
  ];
  return `There is no homeserver here and none can be started:${why}\nDo one of these: ${ways.filter(Boolean).join('; ')}.`;
}

/** A running homeserver, or why there can be none by Docker. */
async function tryDocker(folder: SynapseFolder, options: HomeserverOptions): Promise<RunningHomeserver | string> {
  const { env, signal } = options;
  const search = await findDocker(env, signal);
  if (search.engine === undefined) return search.why;
  const image = env.SYNAPSE_IMAGE || defaultImage;
  const problem = await obtainImage(dockerRun(env, signal), image, options.progress);
  if (problem !== undefined) return problem;
  const why =
    env.PARLEY_HOMESERVER === 'docker' ? 'PARLEY_HOMESERVER is docker' : `Docker ${search.engine.version} answers`;
  const synapse: DockerSynapse = { engine: search.engine, image, reason: `Synapse by Docker, as ${why}` };
  await endSynapses(folder.file('config'), env);
  try {
    return await startDockerSynapse(folder, synapse, options);
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'HOMESERVER_START_FAILED') return error.message;
    throw error;
  }
}

/** A running homeserver, or why there can be none by Python. */
async function tryPython(folder: SynapseFolder, options: HomeserverOptions): Promise<RunningHomeserver | string> {
  const synapse = await obtainSynapse(folder, options);
  if (typeof synapse === 'string') return synapse;
  if (folder.state?.kind === 'docker') await stopFormerContainer(folder, options);
  return await startPythonSynapse(folder, synapse, options);
}

async function stopFormerContainer(folder: SynapseFolder, { env, signal }: HomeserverOptions): Promise<void> {
  const { engine } = await findDocker(env, signal);
  if (engine !== undefined) await endDockerSynapse(folder, engine, dockerRun(env, signal));
}

/** The Python that is given, or the installation in the folder, or a new one there. */
async function obtainSynapse(folder: SynapseFolder, options: HomeserverOptions): Promise<PythonSynapse | string> {
  const { env, signal, progress } = options;
  if (env.PARLEY_SYNAPSE_PYTHON) return await givenSynapse(env.PARLEY_SYNAPSE_PYTHON, options);
  const venv = join(folder.path, 'venv');
  const reason = pythonReason(folder, env);
  const installed = await installedSynapse(venv);
  if (installed !== undefined) return { python: installed, version: synapseVersion, reason };
  const search = await findPython(env, signal);
  if (search.python === undefined) return search.remedy;
  const python = await installSynapse(search.python, { venv, env, progress, signal });
  return { python, version: synapseVersion, reason };
}

async function givenSynapse(python: string, { env, signal }: HomeserverOptions): Promise<PythonSynapse> {
  const path = resolve(python);
  const found = await synapseVersionOf(path, env, signal);
  if (found.version !== undefined) {
    return { python: path, version: found.version, reason: 'Synapse by the Python of PARLEY_SYNAPSE_PYTHON' };
  }
  throw new ParleyError(
    'CONFIG_INVALID',
    `PARLEY_SYNAPSE_PYTHON is ${python}, which has no Synapse: ${found.problem}. Unset it, or run: ` +
      `${python} -m pip install matrix-synapse==${synapseVersion}`,
  );
}

function pythonReason(folder: SynapseFolder, env: NodeJS.ProcessEnv): string {
  if (env.PARLEY_HOMESERVER === 'python') return 'Synapse by Python, as PARLEY_HOMESERVER is python';
  if (folder.state?.kind === 'python') return 'Synapse by Python, as before in this folder';
  return 'Synapse by Python, as Docker is not to be had';
}
