import { open, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ParleyError } from '../src/core/errors.ts';
import { withKind } from './kinds.ts';
import { invalid, validate } from './problems.ts';
import { readText, readYaml } from './read-yaml.ts';
import { type AgentConfig, agentSchema } from './sections/agent.ts';

/** An agent of the configuration; `avatar` is an absolute path. */
export type AgentOnDisk = AgentConfig;

interface Folder {
  readonly folder: string;
  /** Where the orchestrator is taken from if the folder has none. */
  readonly fallbackFolder: string;
  readonly label: (file: string) => string;
  readonly env: NodeJS.ProcessEnv;
}

interface Read {
  readonly agent: AgentConfig;
  /** Where these stand, for errors; the file itself would be a lot to keep for each of thousands. */
  readonly at: { readonly id: string; readonly name: string };
}

/** The agents of a folder, one a file, in the order of the files' names; the orchestrator last. */
export async function loadAgents(from: Folder): Promise<AgentOnDisk[]> {
  const read: Read[] = [];
  for (const file of await yamlFiles(from)) read.push(await readAgent(file, from));
  if (!read.some(({ agent }) => agent.role === 'orchestrator')) {
    read.push(await readAgent(join(from.fallbackFolder, 'parley.yaml'), from));
  }
  refuseRepeats(read);
  const agents = read.map(({ agent }) => agent);
  return [...agents.filter(({ role }) => role === 'agent'), ...agents.filter(({ role }) => role === 'orchestrator')];
}

async function yamlFiles({ folder, label }: Folder): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter(name => /\.ya?ml$/.test(name) && !name.startsWith('.'))
      .sort()
      .map(name => join(folder, name));
  } catch (cause) {
    throw new ParleyError(
      'CONFIG_INVALID',
      `The folder of the agents, ${label(folder)}, can't be read. Make it, or set PARLEY_AGENTS to another one.`,
      { cause },
    );
  }
}

async function readAgent(file: string, folder: Folder): Promise<Read> {
  const { label, env } = folder;
  const name = label(file);
  const text = await readText(file, name);
  if (text === undefined) throw new ParleyError('CONFIG_INVALID', `${name} is not there. Restore it.`);
  const source = readYaml(text, { label: name, env, schema: agentSchema });
  const agent = validate(agentSchema, source.value, source);
  const avatar = agent.avatar === null ? null : resolve(dirname(file), agent.avatar);
  if (avatar !== null && !(await isPng(avatar))) {
    throw invalid([`${source.where(['avatar'])} avatar: expected a PNG file, found none at ${label(avatar)}.`]);
  }
  const whole = await withKind({ ...agent, avatar }, source.where(['kind']), folder);
  return { agent: whole, at: { id: source.where(['id']), name: source.where(['name']) } };
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

async function isPng(file: string): Promise<boolean> {
  try {
    await using handle = await open(file);
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.equals(pngSignature);
  } catch {
    return false;
  }
}

/** People call agents by name and by id, so no two may share either. */
function refuseRepeats(read: readonly Read[]): void {
  const problems: string[] = [];
  const taken = new Map<string, string>();
  for (const { agent, at } of read) {
    for (const part of ['id', 'name'] as const) {
      const word = agent[part].toLowerCase();
      const owner = taken.get(word);
      if (owner === undefined) taken.set(word, agent.id);
      // An agent may well be called by its own id, but only once.
      else if (part === 'id' || owner !== agent.id) {
        problems.push(`${at[part]} ${part}: ${agent[part]} is taken by another agent. Choose another one.`);
      }
    }
    if ((agent.role === 'orchestrator') !== (agent.id === 'parley')) {
      problems.push(`${at.id} id: parley is the orchestrator, and nobody else. Change the id or the role.`);
    }
  }
  if (problems.length > 0) throw invalid(problems);
}
