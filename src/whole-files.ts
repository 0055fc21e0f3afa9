import { open, readFile, rename } from 'node:fs/promises';
import { ParleyError } from './core/errors.ts';

/** The text of a file, undefined where there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const full = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What went wrong with writing to a place: `DISK_FULL` where nothing more fits, in words for people; anything else as it is. */
export function writeFailure(error: unknown, where: string): unknown {
  if (!(error instanceof Error && 'code' in error && full.has(error.code))) return error;
  return new ParleyError(
    'DISK_FULL',
    `Nothing more can be written to ${where}: the disk is full. Make room, or name another place, and try again.`,
    {
      cause: error,
      retry: true,
    },
  );
}

/** A reader sees the old text or the new one, never a part, also after a crash. Only the owner may read it. */
export async function writeFileAtomic(file: string, text: string): Promise<void> {
  const part = `${file}.part`;
  const handle = await open(part, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    throw writeFailure(error, file);
  } finally {
    await handle.close();
  }
  await rename(part, file);
}
