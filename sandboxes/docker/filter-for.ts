import { createHash, randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../src/whole-files.ts';
import type { EngineKind } from './engine-kind.ts';
import { seccompProfile } from './seccomp.ts';

const digest = createHash('sha256').update(seccompProfile).digest('hex').slice(0, 12);

/**
 * The filter of calls to the kernel, as an engine takes it: Docker its text, Podman the path of a file on the engine's machine
 * (containers/podman#27710). That has the folder of workspaces under the same path as Parley has it; no container sees this part of it.
 */
export async function filterFor({ name }: EngineKind, root: string): Promise<string> {
  if (name === 'Docker') return seccompProfile;
  const file = join(root, `.seccomp-${digest}.json`);
  if ((await readIfThere(file)) !== seccompProfile) await put(file);
  return file;
}

/** Others may do the same at this moment. */
async function put(file: string): Promise<void> {
  const part = `${file}.${randomUUID()}`;
  await writeFile(part, seccompProfile, { mode: 0o600 });
  await rename(part, file);
}
