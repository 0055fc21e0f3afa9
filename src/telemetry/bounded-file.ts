import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A file of lines that never grows past `maxBytes`: then it becomes `<file>.1`, in place of the one before, and a new one begins.
 * Lines are written at once, so that a crash loses none. A disk that is full loses lines, but stops nobody.
 */
export function boundedFile(file: string, maxBytes: number): { write(line: string): void; close(): void } {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let descriptor: number | undefined = openSync(file, 'a', 0o600);
  let size = fstatSync(descriptor).size;
  let ended = false;
  const beginAnew = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
    // It is gone where the next one could not be opened the last time: the disk was full.
    if (existsSync(file)) renameSync(file, `${file}.1`);
    descriptor = openSync(file, 'a', 0o600);
    size = 0;
  };
  return {
    write(line) {
      if (ended) return;
      try {
        const bytes = Buffer.byteLength(line);
        if (descriptor === undefined || (size > 0 && size + bytes > maxBytes)) beginAnew();
        if (descriptor !== undefined) size += writeSync(descriptor, line);
      } catch {
        // There is nowhere left to say it.
      }
    },
    close() {
      ended = true;
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
