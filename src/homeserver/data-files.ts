import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';

/** The text of a file, undefined where there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A reader sees the old text or the new one, never a part, also after a crash. Only the owner may read it. */
export async function writeFileAtomic(file: string, text: string): Promise<void> {
  const part = `${file}.part`;
  const handle = await open(part, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
}

/** Makes a secret once; later calls leave it alone. Gives its text. */
export async function ensureSecret(file: string, make: () => string = randomSecret): Promise<string> {
  const existing = await readIfThere(file);
  if (existing !== undefined && existing.trim() !== '') return existing.trim();
  const secret = make();
  await writeFileAtomic(file, `${secret}\n`);
  return secret;
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The last lines of a text that say something, for an error message. */
export function lastLines(text: string | undefined, count: number): readonly string[] {
  return (text ?? '')
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line.trim() !== '')
    .slice(-count);
}
