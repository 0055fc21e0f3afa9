import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { about } from './about.ts';
import { readText } from './read-yaml.ts';
import { configSchema } from './schema.ts';
import { fromText, optionsOf, schemaAt, unwrap } from './schema-walk.ts';

export interface EnvironmentVariable {
  readonly name: string;
  readonly description: string;
  readonly default: string;
  /** The option that it sets, where it sets one. */
  readonly path: readonly string[] | undefined;
}

const modelDescription =
  'Which model answers: the id or name of a configured one, `demo`, `<type>/<model>`, or what a model is called at ' +
  '`OPENAI_BASE_URL`, at OpenAI or in Ollama.';

const others: readonly Omit<EnvironmentVariable, 'path'>[] = [
  { name: 'PARLEY_CONFIG', default: 'config/parley.yaml', description: 'The configuration file.' },
  { name: 'PARLEY_AGENTS', default: 'config/agents', description: 'The folder of the agents.' },
  ...['ANTHROPIC', 'DEEPSEEK', 'GOOGLE', 'MISTRAL', 'OPENROUTER'].map(provider => ({
    name: `${provider}_API_KEY`,
    default: '',
    description: `The key for models of type \`${provider.toLowerCase()}\` that name none.`,
  })),
  { name: 'OPENAI_API_KEY', default: '', description: 'The key of OpenAI, or of what `OPENAI_BASE_URL` names.' },
  { name: 'OPENAI_BASE_URL', default: '', description: 'Something that speaks the protocol of OpenAI, with `/v1`.' },
  { name: 'PARLEY_MODEL', default: '', description: modelDescription },
  {
    name: 'PARLEY_HOMESERVER',
    default: '',
    description:
      '`docker` or `python`: how to run the homeserver that Parley starts by itself. Unset: Docker where it answers.',
  },
  {
    name: 'PARLEY_SYNAPSE_PYTHON',
    default: '',
    description: 'A Python that has Synapse already, instead of installing it.',
  },
  { name: 'SYNAPSE_IMAGE', default: '', description: 'Another image of Synapse for Docker.' },
  {
    name: 'PARLEY_BACKUP_PASSPHRASE',
    default: '',
    description: 'The passphrase of encrypted backups, where no file with it is named.',
  },
  { name: 'NO_COLOR', default: '', description: 'Set to anything: no colours in the terminal.' },
];

/** Every environment variable that Parley looks at. */
export const environmentVariables: readonly EnvironmentVariable[] = [
  ...fromOptions(configSchema, []),
  ...others.map(variable => ({ ...variable, path: undefined })),
];

function fromOptions(schema: z.ZodType, path: readonly string[]): EnvironmentVariable[] {
  return optionsOf(schema).flatMap(([key, option]) => {
    const here = [...path, key];
    const { env: name, description = '' } = about.get(option) ?? {};
    const deeper = fromOptions(option, here);
    if (name === undefined) return deeper;
    return [{ name, description, default: String(unwrap(option).fallback ?? ''), path: here }, ...deeper];
  });
}

/** The environment with what `.env` in `cwd` adds to it; what is set already, also to nothing, stays. */
export async function environmentWith(env: NodeJS.ProcessEnv, cwd: string): Promise<NodeJS.ProcessEnv> {
  const text = await readText(join(cwd, '.env'), '.env');
  return text === undefined ? env : { ...parseEnv(text), ...env };
}

/** The variable that sets the option at `path`, if it is set. An empty variable counts as not set. */
export function variableFor(path: readonly PropertyKey[], env: NodeJS.ProcessEnv): EnvironmentVariable | undefined {
  return environmentVariables.find(({ name, path: own }) => own?.join('.') === path.join('.') && env[name]);
}

/** A tree of options with those of the environment put in. Changes nothing that it was given. */
export function withEnvironment(tree: unknown, env: NodeJS.ProcessEnv): unknown {
  return environmentVariables.reduce((changed, { name, path }) => {
    const text = env[name];
    return path === undefined || !text ? changed : put(changed, path, fromText(text, schemaAt(configSchema, path)));
  }, tree);
}

function put(tree: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  // What is no mapping is left as it is, so that the schema complains about it.
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return tree;
  return { ...tree, [first]: put((tree as Record<string, unknown>)[first] ?? {}, rest, value) };
}
