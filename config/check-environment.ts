import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { closest } from '../src/core/closest.ts';
import { environmentVariables } from './environment.ts';
import { invalid } from './problems.ts';
import { readText } from './read-yaml.ts';

/** Set by Parley itself, by its tests, or read by the files for Docker Compose. */
const others = /^PARLEY_(?:TEST_\w+|KILL_AT|SYNAPSE_FOLDER|UID|GID|IMAGE|MEMORY)$/;
const homeservers = ['docker', 'python'];

/** Where files may name variables of a person's own. */
interface Files {
  readonly config: string;
  readonly agents: string;
}

/** Refuses variables that nobody reads, and those whose values can't be meant. All problems stand in one error. */
export async function checkEnvironment(env: NodeJS.ProcessEnv, files: Files): Promise<void> {
  const problems = [...wrongValues(env), ...(await unknownNames(env, files))];
  if (problems.length > 0) throw invalid(problems);
}

function wrongValues({ PARLEY_HOMESERVER: kind, OPENAI_BASE_URL: url }: NodeJS.ProcessEnv): string[] {
  const problems: string[] = [];
  if (kind && !homeservers.includes(kind)) {
    problems.push(
      `environment variable PARLEY_HOMESERVER: expected docker or python, found "${kind}". Unset it: then Parley chooses.`,
    );
  }
  if (url && !isWebAddress(url)) {
    problems.push(
      'environment variable OPENAI_BASE_URL: expected an address that begins with http:// or https://, found something else. For ' +
        'example: http://localhost:1234/v1.',
    );
  }
  return problems;
}

const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:\/\//i.test(text);

async function unknownNames(env: NodeJS.ProcessEnv, files: Files): Promise<string[]> {
  const known = environmentVariables.map(({ name }) => name).filter(name => name.startsWith('PARLEY_'));
  const names = Object.keys(env).filter(name => name.startsWith('PARLEY_') && env[name]);
  const unknown = names.filter(name => !known.includes(name) && !others.test(name));
  if (unknown.length === 0) return [];
  const text = await textOf(files);
  return unknown.filter(name => !text.includes(`\${${name}`)).map(name => unknownName(name, known));
}

function unknownName(name: string, known: readonly string[]): string {
  const tail = (whole: string): string => whole.slice('PARLEY_'.length);
  const meant = closest(tail(name), known.map(tail));
  const hint = meant === undefined ? `There are: ${known.join(', ')}.` : `Did you mean PARLEY_${meant}?`;
  return `environment variable ${name}: there is no such variable. ${hint}`;
}

/** All that may name a variable; what can't be read is told elsewhere. */
async function textOf({ config, agents }: Files): Promise<string> {
  const names = (await readdir(agents).catch(() => [])).filter(name => /\.ya?ml$/.test(name));
  const paths = [config, ...names.map(name => join(agents, name))];
  const texts = await Promise.all(paths.map(path => readText(path, path).catch(() => undefined)));
  return texts.join('\n');
}
