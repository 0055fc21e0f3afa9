import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeFileAtomic } from '../whole-files.ts';
import { ensureSecret } from './data-files.ts';
import { type HomeserverState, readState, serverNameFor, writeState } from './homeserver-state.ts';
import { newSigningKey, type SynapseSettings, synapseConfig, synapseFiles } from './synapse-config.ts';

const projectFolder = join(import.meta.dirname, '..', '..');
const templates = join(projectFolder, 'config', 'synapse');

/** Files of the project, by absolute path, that starting a homeserver needs. */
export const projectFiles = {
  compose: join(templates, 'docker-compose.yml'),
  constraints: join(templates, 'constraints.txt'),
} as const;

/** The folder of a homeserver that Parley runs by itself: all that it must keep between starts. */
export interface SynapseFolder {
  readonly path: string;
  readonly serverName: string;
  /** Undefined before the first start. */
  readonly state: HomeserverState | undefined;
  readonly file: (name: keyof typeof synapseFiles) => string;
  readonly remember: (state: Omit<HomeserverState, 'serverName'>) => Promise<void>;
}

/** Opens `<dataDir>/homeserver`, making it when it isn't there. Fails when it holds a homeserver of another name. */
export async function openSynapseFolder(dataDir: string, wishedName: string | undefined): Promise<SynapseFolder> {
  const wanted = join(dataDir, 'homeserver');
  await mkdir(wanted, { recursive: true, mode: 0o700 });
  const path = await realpath(wanted);
  const stateFile = join(path, 'homeserver.json');
  const state = await readState(stateFile);
  const serverName = serverNameFor(state, wishedName);
  return {
    path,
    serverName,
    state,
    file: name => join(path, synapseFiles[name]),
    remember: next => writeState(stateFile, { ...next, serverName }),
  };
}

/** The files that Synapse reads, by path. */
export type SynapseInput = ReadonlyMap<string, string>;

/** What Synapse should read with these settings. Writes nothing. */
export async function synapseInput(
  folder: SynapseFolder,
  settings: SynapseSettings,
  registrationYaml: string,
): Promise<SynapseInput> {
  const common = await readFile(join(templates, 'homeserver.yaml'), 'utf8');
  return new Map([
    [folder.file('config'), synapseConfig(common, settings)],
    [folder.file('log'), await readFile(join(templates, 'log.yaml'), 'utf8')],
    [folder.file('registration'), registrationYaml],
  ]);
}

/** Whether the folder holds these very files, and so a Synapse that runs there has read them. */
export async function isWritten(input: SynapseInput): Promise<boolean> {
  for (const [file, text] of input) {
    if ((await readIfThere(file)) !== text) return false;
  }
  return true;
}

/**
 * Writes the files that differ, and makes the secrets at the first call. Call it only while no Synapse runs on the folder: that the
 * files are as wanted is how the next start knows that a Synapse still running has read them.
 */
export async function writeInput(folder: SynapseFolder, input: SynapseInput): Promise<void> {
  await ensureSecret(folder.file('signingKey'), newSigningKey);
  await ensureSecret(folder.file('macaroonSecret'));
  await ensureSecret(folder.file('formSecret'));
  await ensureSecret(folder.file('registrationSecret'));
  for (const [file, text] of input) {
    if ((await readIfThere(file)) !== text) await writeFileAtomic(file, text);
  }
}
