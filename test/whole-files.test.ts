import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readIfThere, writeFileAtomic } from '../src/whole-files.ts';
import { tempFolder } from './config/temp-folder.ts';

test('a file that is not there has no text, and one that can not be read is an error', async () => {
  const folder = tempFolder({ there: 'text' });
  expect(await readIfThere(join(folder, 'there'))).toBe('text');
  expect(await readIfThere(join(folder, 'not-there'))).toBeUndefined();
  await expect(readIfThere(folder)).rejects.toMatchObject({ code: 'EISDIR' });
});

test('a file is replaced as a whole, for its owner alone, also where a crash left a part of it', async () => {
  const folder = tempFolder({ secret: 'old', 'secret.part': 'ne' });
  await writeFileAtomic(join(folder, 'secret'), 'new');
  await writeFileAtomic(join(folder, 'other'), 'first');
  expect(readdirSync(folder)).toEqual(['other', 'secret']);
  expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('new');
  for (const name of ['secret', 'other']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
});
