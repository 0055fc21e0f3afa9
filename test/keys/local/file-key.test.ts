import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileKey } from '../../../src/keys/local/file-key.ts';
import { newKey } from '../../../src/keys/local/key-set.ts';
import { tempFolder } from '../../config/temp-folder.ts';
import { masterKeyContract } from '../../contracts/master-key.ts';

const newFile = (): string => join(tempFolder(), 'keys', 'master.key');

masterKeyContract('A master key in a file', () => {
  const file = newFile();
  return { key: fileKey(file), elsewhere: () => fileKey(file), other: () => fileKey(newFile()) };
});

test('the file is made once, for its user only, and nothing is left beside it', async () => {
  const file = newFile();
  const names = await Promise.all(Array.from({ length: 20 }, () => fileKey(file).name()));
  expect(new Set(names).size).toBe(1);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(file, '..'))).toEqual(['master.key']);
});

test('unwrapping makes no file', async () => {
  const file = newFile();
  const wrapped = await fileKey(newFile()).wrap(new Uint8Array(32), 'a');
  await expect(fileKey(file).unwrap(wrapped, 'a')).rejects.toMatchObject({ code: 'KEY_MISSING' });
  expect(existsSync(file)).toBe(false);
});

test.each(['', '# nothing\n', 'hunter2\n', `${newKey()}\nhunter2\n`])(
  'a file that holds %j is refused and kept',
  async text => {
    const file = join(tempFolder({ 'master.key': text }), 'master.key');
    await expect(fileKey(file).name()).rejects.toMatchObject({ code: 'KEY_MISSING' });
    await expect(fileKey(file).renew()).rejects.toMatchObject({ code: 'KEY_MISSING' });
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

test('a file that a person wrote will do', async () => {
  const file = newFile();
  mkdirSync(join(file, '..'));
  writeFileSync(file, `\n# ours\n  ${newKey()}\r\n`);
  expect(await fileKey(file).name()).toMatch(/^[0-9a-f]{16}$/);
});

test('a folder in its place is told', async () => {
  await expect(fileKey(tempFolder()).name()).rejects.toMatchObject({ code: 'KEY_MISSING' });
});
