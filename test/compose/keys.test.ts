import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { listKeys, rotateKeys } from '../../src/compose/keys.ts';
import { openStore, withStore } from '../../src/compose/open-store.ts';
import type { SealingPass } from '../../src/core/data-key.ts';
import { newKey } from '../../src/keys/local/key-set.ts';
import { openSqliteStore } from '../../src/stores/sqlite/store.ts';
import { systemClock } from '../../src/system-clock.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { message } from '../contracts/store/fixtures.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const drafts = Array.from({ length: 150 }, (_, at) => message(`${at}`, at));

/** An installation that has been started once, or was started before there were keys. */
async function installation(env: NodeJS.ProcessEnv = {}, { sealed = true } = {}) {
  const dataDir = tempFolder();
  const given = async (more: NodeJS.ProcessEnv = {}) => {
    const all = { PARLEY_DATA: dataDir, ...env, ...more };
    return { config: await loadConfig({ env: all, cwd: dataDir }), env: all };
  };
  if (sealed) {
    await using ending = new AsyncDisposableStack();
    const { store } = await openStore({ ...(await given()), clock: systemClock, log }, ending);
    await store.collection('messages').insert(drafts);
  } else {
    const store = openSqliteStore({ path: join(dataDir, 'parley.db'), clock: systemClock });
    await store.collection('messages').insert(drafts);
    await store.close();
  }
  return { dataDir, given, keyFile: join(dataDir, 'master.key') };
}

type Given = Awaited<ReturnType<Awaited<ReturnType<typeof installation>>['given']>>;

const textsOf = (given: Given): Promise<string[]> =>
  withStore({ ...given, clock: systemClock }, async store => {
    const found = (await store?.collection('messages').find({ limit: 1000 })) ?? [];
    return found.map(one => ('text' in one ? one.text : '')).sort();
  });

const texts = drafts.map(draft => ('text' in draft ? draft.text : '')).sort();

const rotate = (given: Given, options: { readonly master?: boolean; readonly pages?: SealingPass[] } = {}) =>
  rotateKeys({
    ...given,
    master: options.master ?? false,
    signal: new AbortController().signal,
    onPage: pass => void options.pages?.push(pass),
  });

describe('the commands for keys', () => {
  test('say that there is no store yet, and make nothing', async () => {
    const dataDir = tempFolder();
    const env = { PARLEY_DATA: dataDir };
    const given = { config: await loadConfig({ env, cwd: dataDir }), env };
    expect(await listKeys(given)).toBeNull();
    expect(await rotate(given)).toBeNull();
    expect(existsSync(join(dataDir, 'master.key'))).toBe(false);
  });

  test('rotate the data key', async () => {
    const { given } = await installation();
    const pages: SealingPass[] = [];
    expect(await rotate(await given(), { pages })).toMatchObject({
      key: { _id: '2' },
      ended: true,
      former: 1,
      master: null,
    });
    expect(pages.at(-1)).toMatchObject({ looked: 151, sealed: 151 });
    expect((await listKeys(await given()))?.map(({ _id }) => _id)).toEqual(['2', '1']);
    expect(await textsOf(await given())).toEqual(texts);
  });

  test('rotate the master key in its file', async () => {
    const { given, keyFile } = await installation();
    const before = readFileSync(keyFile, 'utf8');
    const rotated = await rotate(await given(), { master: true });
    expect((await listKeys(await given()))?.map(({ master }) => master)).toEqual([rotated?.master, rotated?.master]);
    expect(await textsOf(await given())).toEqual(texts);
    writeFileSync(keyFile, before);
    await expect(textsOf(await given())).rejects.toMatchObject({ code: 'KEY_WRONG' });
  });

  test('do not say that the master key of the environment was rotated where the former one is the same', async () => {
    const current = newKey();
    const { given } = await installation({ PARLEY_MASTER_KEY: current });
    const same = await given({ PARLEY_MASTER_KEY_FORMER: current });
    await expect(rotate(same, { master: true })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('rotate the master key of the environment, from the former one', async () => {
    const [former, current] = [newKey(), newKey()];
    const { given, keyFile } = await installation({ PARLEY_MASTER_KEY: former });
    expect(existsSync(keyFile)).toBe(false);
    const both = { PARLEY_MASTER_KEY: current, PARLEY_MASTER_KEY_FORMER: former };
    await rotate(await given(both), { master: true });
    expect(await textsOf(await given({ PARLEY_MASTER_KEY: current }))).toEqual(texts);
    await expect(textsOf(await given())).rejects.toMatchObject({ code: 'KEY_WRONG' });
  });

  test('say so where the environment has no new master key, and change nothing', async () => {
    const { given } = await installation({ PARLEY_MASTER_KEY: newKey() });
    const before = await listKeys(await given());
    await expect(rotate(await given(), { master: true })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('PARLEY_MASTER_KEY_FORMER'),
    });
    expect(await listKeys(await given())).toEqual(before);
  });

  test('seal an installation from before, with its first key', async () => {
    const { given, dataDir } = await installation({}, { sealed: false });
    expect(await listKeys(await given())).toEqual([]);
    expect(await textsOf(await given())).toEqual(texts);
    expect(await rotate(await given())).toMatchObject({ key: { _id: '1', leftovers: false }, ended: true, former: 0 });
    expect(readFileSync(join(dataDir, 'parley.db')).includes('This is')).toBe(false);
    expect(await textsOf(await given())).toEqual(texts);
  });

  test('ended in the middle, leave the rest for later', async () => {
    const { given } = await installation();
    const stop = new AbortController();
    const onPage = (): void => stop.abort();
    const rotated = await rotateKeys({ ...(await given()), master: false, signal: stop.signal, onPage });
    expect(rotated).toMatchObject({ ended: false, former: 1 });
    expect(await textsOf(await given())).toEqual(texts);
  });
});

describe('a start without the right key', () => {
  const start = async (given: Given) => {
    await using ending = new AsyncDisposableStack();
    await openStore({ ...given, clock: systemClock, log }, ending);
  };

  test('ends where the key file is gone, makes no other, and goes on when it is back', async () => {
    const { given, keyFile } = await installation();
    renameSync(keyFile, `${keyFile}.away`);
    await expect(start(await given())).rejects.toMatchObject({ code: 'KEY_MISSING' });
    await expect(rotate(await given(), { master: true })).rejects.toMatchObject({ code: 'KEY_MISSING' });
    expect(existsSync(keyFile)).toBe(false);
    renameSync(`${keyFile}.away`, keyFile);
    expect(await textsOf(await given())).toEqual(texts);
  });

  test('ends where the key is another one', async () => {
    const { given } = await installation();
    const wrong = await given({ PARLEY_MASTER_KEY: newKey() });
    await expect(start(wrong)).rejects.toMatchObject({ code: 'KEY_WRONG' });
    await expect(textsOf(wrong)).rejects.toMatchObject({ code: 'KEY_WRONG' });
    await expect(rotate(wrong)).rejects.toMatchObject({ code: 'KEY_WRONG' });
    expect(await textsOf(await given())).toEqual(texts);
  });

  test('ends where only the former key is given', async () => {
    const { given } = await installation();
    await expect(start(await given({ PARLEY_MASTER_KEY_FORMER: newKey() }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});

test('a master key that is no key is told by its variable, without the key', async () => {
  const loading = loadConfig({ env: { PARLEY_MASTER_KEY: 'hunter2' }, cwd: tempFolder() });
  await expect(loading).rejects.toThrow(/PARLEY_MASTER_KEY.*openssl rand -base64 32/);
  await expect(loading).rejects.not.toThrow(/hunter2/);
});
