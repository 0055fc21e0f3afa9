import { type BigIntStats, readdirSync, statSync } from 'node:fs';

const blockBytes = 512;
const mostHandles = 20_000;

/** Bytes of files that have no name any more, and that running programs keep on the disk of the workspace by holding them open. */
export function heldBytes(root: string): number {
  const { dev } = statSync(root, { bigint: true });
  const seen = new Set<bigint>();
  let [bytes, handles] = [0, 0];
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    for (const handle of namesIn(`/proc/${pid}/fd`)) {
      handles += 1;
      if (handles > mostHandles) return bytes;
      const stats = statOf(`/proc/${pid}/fd/${handle}`);
      if (stats === undefined || stats.nlink !== 0n || stats.dev !== dev || seen.has(stats.ino)) continue;
      seen.add(stats.ino);
      bytes += Number(stats.blocks) * blockBytes;
    }
  }
  return bytes;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(place: string): BigIntStats | undefined {
  try {
    return statSync(place, { bigint: true });
  } catch {
    return undefined;
  }
}
