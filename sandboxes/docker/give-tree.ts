import { constants } from 'node:fs';
import { type FileHandle, lchown, open, readdir } from 'node:fs/promises';
import { ParleyError } from '../../src/core/errors.ts';
import type { Owner } from './user-mapping.ts';

/** A folder that was left for one in it: how to know it again, and what in it is still to be walked. */
interface Left {
  readonly identity: string;
  readonly folders: Buffer[];
}

/**
 * Gives a folder, and all that hostile programs have put there, to another user. Links in it are given, and not followed, also where a program that still runs
 * puts one in the place of a folder: each folder is opened, and no path longer than a name counts. Two or three handles are open at once, however deep it is. The
 * folder itself comes last: what is cut off in the middle begins again.
 */
export async function giveTree(place: string, owner: Owner): Promise<void> {
  if (process.platform !== 'linux')
    throw new ParleyError(
      'WORKSPACE_LOST',
      `The files of a workspace are of another user, which Parley mends on Linux only. Give them to ${owner.uid}:${owner.gid} (chown -R -h).`,
    );
  const top = await openFolder(place);
  try {
    await giveInside(place, owner);
    await top.chown(owner.uid, owner.gid);
  } finally {
    await top.close();
  }
}

async function giveInside(place: string, owner: Owner): Promise<void> {
  const above: Left[] = [];
  let handle = await openFolder(place);
  try {
    let here = await giveEntries(handle, owner);
    for (;;) {
      const name = here.folders.pop();
      const next = name === undefined ? await openAbove(handle, above) : await openIfThere(at(handle, name));
      if (next === 'none') return;
      if (next === null) continue;
      await handle.close();
      handle = next;
      if (name !== undefined) above.push(here);
      here = name === undefined ? (above.pop() as Left) : await giveEntries(handle, owner);
    }
  } finally {
    await handle.close();
  }
}

/** Gives what is in an open folder, and says which folders are in it. */
async function giveEntries(handle: FileHandle, owner: Owner): Promise<Left> {
  const folders: Buffer[] = [];
  // Names are bytes: hostile ones are no UTF-8.
  for (const entry of await readdir(placeOf(handle), { withFileTypes: true, encoding: 'buffer' })) {
    await lchown(at(handle, entry.name), owner.uid, owner.gid).catch(ignoring('ENOENT'));
    if (entry.isDirectory()) folders.push(entry.name);
  }
  return { identity: await identityOf(handle), folders };
}

/** The folder that was left for this one; 'none' at the top. */
async function openAbove(handle: FileHandle, above: readonly Left[]): Promise<FileHandle | 'none'> {
  const left = above.at(-1);
  if (left === undefined) return 'none';
  const found = await openFolder(at(handle, Buffer.from('..')));
  if ((await identityOf(found)) === left.identity) return found;
  await found.close();
  throw new ParleyError('WORKSPACE_LOST', 'A program moves folders of the workspace around. Try again.', {
    retry: true,
  });
}

/** Null where it is gone, or no folder any more. */
const openIfThere = (place: Buffer): Promise<FileHandle | null> =>
  openFolder(place).catch(ignoring('ENOENT', 'ENOTDIR', 'ELOOP'));

const openFolder = (place: string | Buffer): Promise<FileHandle> =>
  open(place, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);

const placeOf = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`;

const at = (handle: FileHandle, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${placeOf(handle)}/`), name]);

async function identityOf(handle: FileHandle): Promise<string> {
  const { dev, ino } = await handle.stat({ bigint: true });
  return `${dev}:${ino}`;
}

const ignoring =
  (...codes: readonly string[]) =>
  (error: NodeJS.ErrnoException): null => {
    if (codes.includes(error.code ?? '')) return null;
    throw error;
  };
