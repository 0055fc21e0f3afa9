import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { invalid, validate } from './problems.ts';
import { readText, readYaml } from './read-yaml.ts';
import type { AgentConfig } from './sections/agent.ts';
import { type KindConfig, kindSchema } from './sections/kind.ts';

interface Folders {
  readonly folder: string;
  /** Where a kind is taken from that the folder does not have. */
  readonly fallbackFolder: string;
  readonly label: (file: string) => string;
  readonly env: NodeJS.ProcessEnv;
}

/** The agent with what its kind adds: tools where its file names none, and instructions behind its own. `at` is where its file names the kind. */
export async function withKind(agent: AgentConfig, at: string, folders: Folders): Promise<AgentConfig> {
  if (agent.kind === null) return agent;
  const kind = await kindOf(agent.kind, at, folders);
  const instructions = [agent.instructions, kind.instructions].filter(text => text !== '').join('\n\n');
  return { ...agent, tools: agent.tools ?? kind.tools, instructions };
}

async function kindOf(name: string, at: string, { folder, fallbackFolder, label, env }: Folders): Promise<KindConfig> {
  const places = [folder, fallbackFolder].map(one => join(one, 'kinds'));
  for (const place of places) {
    const file = join(place, `${name}.yaml`);
    const text = await readText(file, label(file));
    if (text === undefined) continue;
    const source = readYaml(text, { label: label(file), env, schema: kindSchema });
    return validate(kindSchema, source.value, source);
  }
  const known = (await Promise.all(places.map(kindsIn))).flat();
  throw invalid([
    `${at} kind: there is no kind ${name}. There are ${[...new Set(known)].sort().join(', ')}; another one is a file ${label(join(folder, 'kinds', `${name}.yaml`))}.`,
  ]);
}

const kindsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).flatMap(file => /^([\w-]+)\.yaml$/.exec(file)?.[1] ?? []);
