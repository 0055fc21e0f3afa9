import { lstat, opendir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** More files than these count as too much, however small they are. */
const mostFiles = 200_000;
const blockBytes = 512;
/** So much stays free on the disk, whatever a workspace may have. */
const keptFree = 256 * 1024 * 1024;

/**
 * How much a folder takes on the disk, looked at from outside; counting ends above `most`. What is in it changes meanwhile, and may be made to
 * deceive: links are not followed, hard links count once, and what can't be looked into counts as too much.
 */
export async function diskUse(folder: string, most: number): Promise<number> {
  const seen = new Set<string>();
  const waiting = [folder];
  let [bytes, files] = [0, 0];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    try {
      for await (const entry of await opendir(place)) {
        files += 1;
        if (files > mostFiles || bytes > most) return Number.POSITIVE_INFINITY;
        const path = join(place, entry.name);
        if (entry.isDirectory()) waiting.push(path);
        else if (entry.isFile()) bytes += await sizeOf(path, seen);
      }
    } catch (error) {
      if (!isGone(error)) return Number.POSITIVE_INFINITY;
    }
  }
  return bytes;
}

async function sizeOf(path: string, seen: Set<string>): Promise<number> {
  const stats = await lstat(path).catch(error => {
    if (isGone(error)) return null;
    throw error;
  });
  if (stats === null) return 0;
  if (stats.nlink > 1) {
    const id = `${stats.dev}:${stats.ino}`;
    if (seen.has(id)) return 0;
    seen.add(id);
  }
  return stats.blocks * blockBytes;
}

const isGone = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Whether the disk itself is nearly full. */
export async function isDiskFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < keptFree;
}
