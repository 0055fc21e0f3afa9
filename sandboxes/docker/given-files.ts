import { createHash, randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../src/whole-files.ts';
import type { EngineKind } from './engine-kind.ts';
import { seccompProfile } from './seccomp.ts';

/** What an engine is given beside the wishes for a container. */
export interface GivenFiles {
  /** The filter of calls to the kernel, as the engine takes it. */
  readonly filter: string;
  /** A file that stands for `/etc/hosts`; null where the engine has nothing of its own there. */
  readonly hosts: string | null;
}

const digest = createHash('sha256').update(seccompProfile).digest('hex').slice(0, 12);
const ownHosts = '127.0.0.1 localhost\n::1 localhost\n';

/**
 * Docker takes the text of a filter, Podman the path of a file on the engine's machine (containers/podman#27710); and Podman copies the names that the
 * host knows into each container. Its machine has the folder of workspaces under the same path as Parley; no container sees this part of it.
 */
export async function givenFiles({ name }: EngineKind, root: string): Promise<GivenFiles> {
  if (name === 'Docker') return { filter: seccompProfile, hosts: null };
  return {
    filter: await kept(join(root, `.seccomp-${digest}.json`), seccompProfile, 0o600),
    hosts: await kept(join(root, '.hosts'), ownHosts, 0o644),
  };
}

/** Others may do the same at this moment. */
async function kept(file: string, text: string, mode: number): Promise<string> {
  if ((await readIfThere(file)) === text) return file;
  const part = `${file}.${randomUUID()}`;
  await writeFile(part, text, { mode });
  await rename(part, file);
  return file;
}
