import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { openBeneath, openFolder, openParent, placeOf, using } from './beneath.ts';
import { listBelow } from './listing.ts';
import { type FileRequest, Refused } from './requests.ts';

interface Done {
  readonly answer: unknown;
  readonly content?: Buffer;
}

/** What is done with the files below a folder. Every path was normalized outside; here links are seen to. */
export const fileRequests: Readonly<Record<string, (root: string, request: FileRequest, body: Buffer) => Done>> = {
  read(root, { path, offset = 0, length = 0 }) {
    return using(openBeneath(root, path, 0), handle => {
      const stats = fstatSync(handle);
      if (!stats.isFile()) throw notAFile(stats);
      const content = Buffer.alloc(Math.max(0, Math.min(length, stats.size - offset)));
      let got = 0;
      while (got < content.length) {
        const some = readSync(handle, content, got, content.length - got, offset + got);
        if (some === 0) break;
        got += some;
      }
      return { answer: { size: stats.size }, content: content.subarray(0, got) };
    });
  },

  write(root, { path }, body) {
    const { handle, name } = openParent(root, path, true);
    return using(handle, () => {
      const target = `${placeOf(handle)}/${name}`;
      const before = statOf(target);
      if (before?.isDirectory()) throw notAFile(before);
      replace(`${placeOf(handle)}/.parley-${randomBytes(8).toString('hex')}`, target, {
        body,
        mode: before?.isFile() ? before.mode & 0o777 : 0o644,
      });
      return { answer: { bytes: body.length, replaced: before?.isFile() ? before.size : 0 } };
    });
  },

  list(root, { path, depth = 1, limit = 1000 }) {
    return { answer: using(openFolder(root, path), handle => listBelow(handle, { path, depth, limit })) };
  },

  remove(root, { path }) {
    const { handle, name } = openParent(root, path, false);
    return using(handle, () => {
      const target = `${placeOf(handle)}/${name}`;
      if (statOf(target) === undefined) return { answer: { removed: false } };
      rmSync(target, { recursive: true, force: true });
      return { answer: { removed: true } };
    });
  },

  move(root, { path, to = '' }) {
    const from = openParent(root, path, false);
    return using(from.handle, () => {
      const source = `${placeOf(from.handle)}/${from.name}`;
      if (statOf(source) === undefined) throw new Refused('no-file', 'is not there');
      const into = openParent(root, to, true);
      return using(into.handle, () => {
        const target = `${placeOf(into.handle)}/${into.name}`;
        const there = statOf(target);
        if (there?.isDirectory()) throw notAFile(there);
        renameSync(source, target);
        return { answer: {} };
      });
    });
  },
};

function replace(part: string, target: string, { body, mode }: { readonly body: Buffer; readonly mode: number }): void {
  const handle = openSync(part, 'wx', mode);
  try {
    for (let at = 0; at < body.length; ) at += writeSync(handle, body, at);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

const notAFile = (stats: Stats): Refused =>
  new Refused('no-file', stats.isDirectory() ? 'is a folder and no file' : 'is no file');

function statOf(place: string): Stats | undefined {
  return lstatSync(place, { throwIfNoEntry: false });
}
