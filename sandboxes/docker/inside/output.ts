import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { mostInFrame } from './frames.ts';

export interface Drained {
  readonly bytes: number;
  /** What comes behind the beginning: the last of it, at most as much as the beginning. */
  readonly end: Buffer;
  readonly file: string | null;
}

export interface Drain {
  readonly half: number;
  readonly spillBytes: number;
  /** The workspace's folder. */
  readonly root: string;
  /** What the file is called, if there has to be one. */
  readonly name: string;
  /** Takes a piece of the beginning, when there is room for it. */
  readonly send: (bytes: Buffer) => Promise<void>;
}

const folder = join('.parley', 'output');
const keptFiles = 40;

/** Reads a stream to its end: sends the beginning, keeps the end, and puts all of it into a file where that is not all. */
export async function drain(stream: Readable, given: Drain): Promise<Drained> {
  const head: Buffer[] = [];
  const end = keeper(given.half);
  let spill: Spill | null = null;
  let [bytes, sent] = [0, 0];
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      bytes += piece.length;
      const first = piece.subarray(0, given.half - sent);
      if (first.length > 0) head.push(first);
      sent += first.length;
      for (let at = 0; at < first.length; at += mostInFrame) await given.send(first.subarray(at, at + mostInFrame));
      end.add(piece.subarray(first.length));
      if (bytes > 2 * given.half && spill === null) spill = openSpill(given, [...head, end.all()]);
      else spill?.write(piece);
    }
  } catch {
    // Whoever wrote there was killed, and the stream closed before its end.
  } finally {
    spill?.close();
  }
  return { bytes, end: end.last(), file: spill?.file ?? null };
}

/** The last bytes of many. */
function keeper(most: number): { add(piece: Buffer): void; all(): Buffer; last(): Buffer } {
  let pieces: Buffer[] = [];
  let size = 0;
  return {
    add(piece) {
      if (piece.length === 0) return;
      pieces.push(piece);
      size += piece.length;
      if (size <= 4 * most + mostInFrame) return;
      pieces = [Buffer.concat(pieces).subarray(-most)];
      size = most;
    },
    all: () => Buffer.concat(pieces),
    last: () => Buffer.from(Buffer.concat(pieces).subarray(-most || undefined)),
  };
}

interface Spill {
  readonly file: string;
  write(piece: Buffer): void;
  close(): void;
}

/** The file of a long output, which begins with what came so far. Null where it can't be made. */
function openSpill({ root, name, spillBytes }: Drain, sofar: readonly Buffer[]): Spill | null {
  const file = join(folder, name);
  let left = spillBytes;
  try {
    mkdirSync(join(root, folder), { recursive: true });
    forgetOldest(join(root, folder));
    const handle = openSync(join(root, file), 'wx', 0o644);
    const write = (piece: Buffer): void => {
      try {
        left -= left > 0 ? writeSync(handle, piece.subarray(0, left)) : 0;
      } catch {
        // The workspace is full; what is in the file stays.
        left = 0;
      }
    };
    for (const piece of sofar) write(piece);
    return { file, write, close: () => closeSync(handle) };
  } catch {
    return null;
  }
}

function forgetOldest(place: string): void {
  const names = readdirSync(place).sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
  for (const name of names.slice(0, Math.max(0, names.length - keptFiles))) rmSync(join(place, name), { force: true });
}
