import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, writeFileAtomic } from '../whole-files.ts';

/** The small files of the data folder without which a copy of the store is of no use: the tokens, and where a person signs in. */
const names = ['registration.json', 'credentials.json'] as const;

export interface KeptFile {
  readonly file: string;
  readonly text: string;
}

export async function readKeptFiles(dataDir: string): Promise<KeptFile[]> {
  const found = await Promise.all(names.map(async file => ({ file, text: await readIfThere(join(dataDir, file)) })));
  return found.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]));
}

/** Puts them back where they are missing; gives the names of those that are there and say something else. Other names are passed over. */
export async function putKeptFiles(dataDir: string, files: readonly KeptFile[]): Promise<string[]> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const others: string[] = [];
  for (const { file, text } of files.filter(({ file }) => (names as readonly string[]).includes(file))) {
    const there = await readIfThere(join(dataDir, file));
    if (there === undefined) await writeFileAtomic(join(dataDir, file), text);
    else if (there !== text) others.push(file);
  }
  return others;
}
