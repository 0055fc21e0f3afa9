import { readdir } from 'node:fs/promises';
import { ParleyError } from '../../src/core/errors.ts';
import { listAnswer, understood } from './answers.ts';
import type { Channel } from './channel.ts';

const limitMs = 30_000;

/** The engine has not what Parley has under this path. */
export const notTheSame = (folder: string, cause?: unknown): ParleyError =>
  new ParleyError(
    'SANDBOX_MISSING',
    `The container engine does not see the folder of workspaces (${folder}). An engine on another machine needs it under the same path, and so does one that works for a Parley in a container.`,
    { cause },
  );

/**
 * Rejects where a container has another folder than Parley has under the same path: Podman makes what is not there, also on another machine, and the limit of
 * the disk would then be looked after in the wrong place. For a container in which nothing but Parley's own program runs yet.
 */
export async function checkSameFolder(channel: Channel, folder: string): Promise<void> {
  const request = { path: '.', depth: 1, limit: 1000 };
  const answer = await channel.request('/files/list', request, { timeoutMs: limitMs });
  const { entries } = understood(listAnswer, answer, '.');
  const names = new Set(entries.map(({ path }) => path));
  const here = await readdir(folder);
  if (here.length > 0 && !here.some(name => names.has(name))) throw notTheSame(folder);
}
