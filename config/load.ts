import { join, relative, resolve } from 'node:path';
import type { z } from 'zod';
import { ParleyError } from '../src/core/errors.ts';
import { type AgentOnDisk, loadAgents } from './agents.ts';
import { checkEnvironment } from './check-environment.ts';
import { environmentWith, variableFor, withEnvironment } from './environment.ts';
import { refuseFormerOptions } from './former-options.ts';
import { type DeepReadonly, deepFreeze } from './freeze.ts';
import { invalid, validate, type Where } from './problems.ts';
import { readText, readYaml, type YamlSource } from './read-yaml.ts';
import { configSchema } from './schema.ts';

/** The whole configuration, checked and complete. Nothing in it can be changed. */
export type Config = DeepReadonly<
  z.infer<typeof configSchema> & {
    agents: AgentOnDisk[];
    /** Where they stand, absolute. */
    agentsFolder: string;
  }
>;

const shipped = import.meta.dirname;

/**
 * Reads the configuration: defaults, then the file, then the environment (with `.env` in `cwd`), each over the one before. Paths are
 * from `cwd`, and `dataDir` and the key file come back absolute. Rejects with `CONFIG_INVALID`, one line for each problem.
 */
export async function loadConfig({
  env: given,
  cwd = process.cwd(),
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
}): Promise<Config> {
  const env = await environmentWith(given, cwd);
  const folder = resolve(cwd, env.PARLEY_AGENTS || join(shipped, 'agents'));
  await checkEnvironment(env, { config: configFile(env, cwd), agents: folder });
  const source = await readConfigFile(env, cwd);
  const tree = withEnvironment(withoutEmpty(source.value), env);
  refuseFormerOptions(tree, source.where);
  const where: Where = (path, part) => {
    const variable = variableFor(path, env);
    return variable === undefined ? source.where(path, part) : `environment variable ${variable.name}`;
  };
  const config = validate(configSchema, tree, { where, unset: source.unset });
  checkTogether(config, source);
  const agents = await agentsIn(folder, env, cwd);
  const keys = { ...config.keys, file: config.keys.file === null ? null : resolve(cwd, config.keys.file) };
  return deepFreeze({ ...config, keys, dataDir: resolve(cwd, config.dataDir), agents, agentsFolder: folder });
}

const agentsIn = (folder: string, env: NodeJS.ProcessEnv, cwd: string): Promise<AgentOnDisk[]> =>
  loadAgents({ folder, fallbackFolder: join(shipped, 'agents'), label: file => labelOf(file, cwd), env });

/**
 * The agents as their files say now. Rejects with `CONFIG_INVALID`, also where there is no file of an agent any more: a folder that was
 * emptied while Parley runs is more likely a disk that went away than the wish to retire everybody.
 */
export async function reloadAgents(
  { agentsFolder }: Pick<Config, 'agentsFolder'>,
  { env, cwd = process.cwd() }: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<DeepReadonly<AgentOnDisk[]>> {
  const agents = await agentsIn(agentsFolder, await environmentWith(env, cwd), cwd);
  if (agents.every(({ role }) => role === 'orchestrator')) {
    const folder = labelOf(agentsFolder, cwd);
    const message = `${folder} has no agent any more. Put the files back; or start Parley again, if nobody is to be left.`;
    throw new ParleyError('CONFIG_INVALID', message);
  }
  return deepFreeze(agents);
}

const configFile = ({ PARLEY_CONFIG: wished }: NodeJS.ProcessEnv, cwd: string): string =>
  wished ? resolve(cwd, wished) : join(shipped, 'parley.yaml');

async function readConfigFile(env: NodeJS.ProcessEnv, cwd: string): Promise<YamlSource> {
  const wished = env.PARLEY_CONFIG;
  const file = configFile(env, cwd);
  const label = labelOf(file, cwd);
  const text = await readText(file, label);
  if (text === undefined && wished) {
    throw new ParleyError(
      'CONFIG_INVALID',
      `PARLEY_CONFIG names ${label}, which is not there. Correct it, or unset it.`,
    );
  }
  return readYaml(text ?? '', { label, env, schema: configSchema });
}

/** A section whose options are all commented out is there, but empty. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null));
}

/** What no single option tells. */
function checkTogether({ matrix }: z.infer<typeof configSchema>, source: YamlSource): void {
  const at = source.where(['matrix'], 'key');
  const problems: string[] = [];
  if (matrix.homeserverUrl !== null && matrix.serverName === null) {
    problems.push(
      `${at} matrix.serverName: expected a server name beside homeserverUrl, found nothing. Set it (MATRIX_SERVER_NAME) to the ` +
        'part after the colon in user ids there.',
    );
  }
  if ((matrix.asToken === null) !== (matrix.hsToken === null)) {
    problems.push(
      `${at} matrix.asToken, matrix.hsToken: expected both or neither, found one. Set both as they stand in the registration, or ` +
        'neither: then Parley makes them.',
    );
  }
  if (problems.length > 0) throw invalid(problems);
}

/** A file as messages name it: from the working folder where it is in it. */
function labelOf(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path.startsWith('..') ? file : path;
}
