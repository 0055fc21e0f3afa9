import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureTokens, readTokens } from '../../src/data-folder/tokens.ts';
import { tempFolder } from '../config/temp-folder.ts';

const none = { asToken: null, hsToken: null };

test('tokens are made once, for the owner only, and found again', async () => {
  const folder = join(tempFolder(), 'data');
  expect(await readTokens(folder, none)).toBeUndefined();
  const tokens = await ensureTokens(folder, none);
  expect(tokens.asToken).toMatch(/^[\w-]{43}$/);
  expect(tokens.hsToken).not.toBe(tokens.asToken);
  expect(await ensureTokens(folder, none)).toEqual(tokens);
  expect(await readTokens(folder, none)).toEqual(tokens);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'registration.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['registration.json']);
});

test('many at the same time agree on the same tokens', async () => {
  const folder = tempFolder();
  const all = await Promise.all(Array.from({ length: 20 }, () => ensureTokens(folder, none)));
  expect(new Set(all.map(tokens => JSON.stringify(tokens))).size).toBe(1);
  expect(readdirSync(folder)).toEqual(['registration.json']);
});

test('tokens that are given count, and are not written down', async () => {
  const folder = tempFolder();
  const given = { asToken: 'a', hsToken: 'h' };
  expect(await ensureTokens(folder, given)).toEqual(given);
  expect(readdirSync(folder)).toEqual([]);
});

test('one token alone is refused', async () => {
  await expect(ensureTokens(tempFolder(), { asToken: 'a', hsToken: null })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
  });
});

test('a broken file is refused and left as it is', async () => {
  const folder = tempFolder();
  const file = join(folder, 'registration.json');
  for (const text of ['', '{"asToken": "a"}', 'null']) {
    writeFileSync(file, text);
    await expect(ensureTokens(folder, none)).rejects.toThrow('Restore it from a backup');
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});
