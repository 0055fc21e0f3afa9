import { closeSync, constants, mkdirSync, openSync, readlinkSync } from 'node:fs';
import { Refused } from './requests.ts';

const { O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** What a handle stands for, as a path that always means the same place, wherever its folder is moved to meanwhile. */
export const placeOf = (handle: number): string => `/proc/self/fd/${handle}`;

/** Opens what is at a path, and refuses it where it turns out to be outside: the kernel, and no path, says where a handle is. */
export function openBeneath(root: string, path: string, flags: number): number {
  const handle = openSync(`${root}/${path}`, flags | O_RDONLY | O_NONBLOCK | O_NOCTTY);
  return checked(root, handle);
}

export const openFolder = (root: string, path: string): number => openBeneath(root, path, O_DIRECTORY);

function checked(root: string, handle: number): number {
  const place = readlinkSync(placeOf(handle));
  if (place === root || place.startsWith(`${root}/`)) return handle;
  closeSync(handle);
  throw new Refused('outside', 'it leads outside');
}

/** A folder in a folder that is open, not by a link. */
export const openChild = (handle: number, name: string): number =>
  openSync(`${placeOf(handle)}/${name}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

export interface Parent {
  /** The open folder that something is in. */
  readonly handle: number;
  readonly name: string;
}

/** The folder that something is in, open, with its path below it made where it is wanted. */
export function openParent(root: string, path: string, make: boolean): Parent {
  const parts = path.split('/');
  const name = parts.pop();
  if (name === undefined || name === '' || name === '.')
    throw new Refused('no-file', 'is the workspace itself and stays');
  let handle = openFolder(root, '.');
  for (const part of parts) {
    const below = `${placeOf(handle)}/${part}`;
    try {
      if (make) makeIfMissing(below);
      const next = openSync(below, O_RDONLY | O_DIRECTORY);
      closeSync(handle);
      handle = next;
    } catch (error) {
      closeSync(handle);
      throw error;
    }
    checked(root, handle);
  }
  return { handle, name };
}

function makeIfMissing(place: string): void {
  try {
    mkdirSync(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Does something with a handle, and closes it. */
export function using<T>(handle: number, use: (handle: number) => T): T {
  try {
    return use(handle);
  } finally {
    closeSync(handle);
  }
}
