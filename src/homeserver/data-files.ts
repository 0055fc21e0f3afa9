import { randomBytes } from 'node:crypto';
import { readIfThere, writeFileAtomic } from '../whole-files.ts';

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
