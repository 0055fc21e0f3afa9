import { closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A file of lines that never grows past `maxBytes`: then it becomes `<file>.1`, in place of the one before, and a new one begins. Processes may share it.
 * Lines are written at once, so that a crash loses none. A disk that is full loses lines, but stops nobody.
 */
export function boundedFile(file: string, maxBytes: number): { write(line: string): void; close(): void } {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let descriptor: number | undefined = openSync(file, 'a', 0o600);
  let ended = false;

  /** The file that has room for so many bytes. */
  function opened(bytes: number): number {
    if (descriptor === undefined) descriptor = openSync(file, 'a', 0o600);
    const { size, ino } = fstatSync(descriptor);
    if (size === 0 || size + bytes <= maxBytes) return descriptor;
    closeSync(descriptor);
    descriptor = undefined;
    // It may have another name already: another process was faster, or the new one could not be opened the last time.
    if (statSync(file, { throwIfNoEntry: false })?.ino === ino) renameSync(file, `${file}.1`);
    return opened(bytes);
  }

  return {
    write(line) {
      if (ended) return;
      try {
        writeSync(opened(Buffer.byteLength(line)), line);
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
