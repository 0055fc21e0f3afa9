import { type Dirent, lstatSync, opendirSync } from 'node:fs';
import { openChild, placeOf, using } from './beneath.ts';

interface Entry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  readonly modified: number;
}

interface Listing {
  readonly entries: Entry[];
  readonly more: boolean;
}

/** More are not looked at, of one folder. */
const mostNames = 20_000;
const deepest = 100;

/** What is in an open folder, and in those below: each folder before what is in it. */
export function listBelow(
  handle: number,
  { path, depth, limit }: { readonly path: string; readonly depth: number; readonly limit: number },
): Listing {
  const entries: Entry[] = [];
  let more = false;

  const visit = (folder: number, prefix: string, left: number): void => {
    const { names, cut } = namesIn(folder);
    more ||= cut;
    for (const name of names) {
      if (entries.length >= limit) {
        more = true;
        return;
      }
      const entry = entryOf(folder, name, prefix);
      if (entry === undefined) continue;
      entries.push(entry);
      if (entry.kind === 'folder' && left > 1) descend(folder, name, { prefix: `${entry.path}/`, left: left - 1 });
    }
  };
  const descend = (folder: number, name: string, below: { readonly prefix: string; readonly left: number }): void => {
    try {
      using(openChild(folder, name), child => visit(child, below.prefix, below.left));
    } catch {
      // It is gone, or nobody may look into it.
      more = true;
    }
  };
  visit(handle, path === '.' ? '' : `${path}/`, Math.min(depth, deepest));
  return { entries, more };
}

function namesIn(folder: number): { readonly names: string[]; readonly cut: boolean } {
  const names: string[] = [];
  const reading = opendirSync(placeOf(folder));
  try {
    for (let entry: Dirent | null = reading.readSync(); entry !== null; entry = reading.readSync()) {
      if (names.length >= mostNames) return { names: names.sort(), cut: true };
      names.push(entry.name);
    }
  } finally {
    reading.closeSync();
  }
  return { names: names.sort(), cut: false };
}

function entryOf(folder: number, name: string, prefix: string): Entry | undefined {
  const stats = lstatSync(`${placeOf(folder)}/${name}`, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
  return {
    path: `${prefix}${name}`,
    kind,
    size: kind === 'file' ? stats.size : 0,
    modified: Math.floor(stats.mtimeMs),
  };
}
