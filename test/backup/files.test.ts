import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { backUp } from '../../src/compose/back-up.ts';
import { type RestoreRequest, restore } from '../../src/compose/restore.ts';
import { readInstallation } from '../../src/orchestrator/backup/read-installation.ts';
import type { Store, Stored } from '../../src/ports/store.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { mortalStore } from '../fakes/mortal-store.ts';
import { busyParley, tempFolder } from './busy-parley.ts';

const lock = { passphrase: 'correct horse', workFactor: 4 };
const plain = { serverName: null, lock: null } as const;
const at = Date.UTC(2026, 0, 1);

let source: Store;
let all: Stored[];
beforeAll(async () => {
  const { test, act } = await busyParley();
  for (let nth = 0; nth < 14; nth += 1) act(nth);
  await test.settle();
  source = test.store;
  all = await allOf(source);
});

const emptyStore = (): Store => openMemoryStore({ clock: heldClock() });

async function allOf(store: Store): Promise<Stored[]> {
  const found: Stored[] = [];
  for await (const stored of readInstallation(store)) found.push(stored);
  return found;
}

async function backedUp(given: Partial<Parameters<typeof backUp>[1]> = {}): Promise<string> {
  const folder = tempFolder();
  writeFileSync(join(folder, 'registration.json'), '{"asToken":"a","hsToken":"h"}');
  const file = join(folder, 'backup');
  await backUp(source, { dataDir: folder, ...plain, to: file, now: at, ...given });
  return file;
}

function restored(file: string, given: Partial<RestoreRequest> & { readonly store?: Store } = {}) {
  const { store = emptyStore(), ...request } = given;
  const dataDir = join(tempFolder(), 'data');
  const done = restore(
    { open: () => store, unsealed: async beneath => beneath },
    { file, dataDir, ...plain, toTime: null, ...request },
  );
  return { done, store, dataDir };
}

describe('a backup', () => {
  it('says what is wrong with a place where nothing can be written', async () => {
    const file = join(tempFolder(), 'missing', 'backup');
    await expect(backedUp({ to: file })).rejects.toMatchObject({
      code: 'NOT_WRITABLE',
      message: `${file} can't be written: its folder is not there. Name another place, and try again.`,
    });
  });

  it.each([
    ['what is to be its folder is a file', ['file', 'backup']],
    ['the name is too long', ['n'.repeat(300)]],
  ])('says so where %s', async (why, names) => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    const expected = { code: 'NOT_WRITABLE', message: expect.stringContaining(why) };
    await expect(backedUp({ to: join(folder, ...names) })).rejects.toMatchObject(expected);
  });

  it('is for its owner only, whatever stands in the place where it is written', async () => {
    const folder = tempFolder();
    const [open, elsewhere] = [join(folder, 'open'), join(folder, 'elsewhere')];
    writeFileSync(`${open}.part`, '', { mode: 0o666 });
    chmodSync(`${open}.part`, 0o666);
    writeFileSync(elsewhere, 'mine');
    symlinkSync(elsewhere, `${join(folder, 'linked')}.part`);
    for (const file of [open, join(folder, 'linked')]) {
      await backedUp({ to: file });
      expect(lstatSync(file)).toMatchObject({ mode: 0o100_600 });
    }
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
  });

  it.each([null, lock])('comes back as it was, with the tokens, only its owner can read it (%o)', async given => {
    const file = await backedUp({ lock: given });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { done, store, dataDir } = restored(file, { lock: given });
    expect(await done).toMatchObject({ at: '2026-01-01T00:00:00.000Z', keptFiles: [] });
    expect(await allOf(store)).toEqual(all);
    expect(readFileSync(join(dataDir, 'registration.json'), 'utf8')).toContain('"asToken":"a"');
    expect(statSync(join(dataDir, 'registration.json')).mode & 0o777).toBe(0o600);
  });

  it('shows nothing of what was said when it is encrypted', async () => {
    const bytes = readFileSync(await backedUp({ lock }));
    expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    expect(bytes.includes('question')).toBe(false);
  });

  it('is never written over another file, and leaves nothing behind when it fails', async () => {
    const file = await backedUp();
    const folder = tempFolder();
    const failing: Store = {
      ...source,
      collection: () => ({ find: () => Promise.reject(new Error('gone')) }) as never,
    };
    await expect(backedUp({ to: file })).rejects.toMatchObject({ code: 'BACKUP_EXISTS' });
    const request = { dataDir: folder, ...plain, to: join(folder, 'b'), now: at };
    await expect(
      backUp({ ...failing, collection: name => (name === 'settings' ? source : failing).collection(name) }, request),
    ).rejects.toThrow('gone');
    expect(readdirSync(folder)).toEqual([]);
  });
});

function overwritten(file: string, content: string | Uint8Array): string {
  writeFileSync(file, content);
  return file;
}

const rewritten = (file: string, change: (text: string) => string): string => {
  const text = change(gunzipSync(readFileSync(file)).toString());
  writeFileSync(file, gzipSync(text));
  return file;
};

/** As somebody would who knows the format. */
const signed = (lines: readonly string[]): string => {
  const text = lines.map(line => `${line}\n`).join('');
  return `${text}${JSON.stringify({ counts: {}, sha256: createHash('sha256').update(text).digest('hex') })}\n`;
};

const header = (over: object = {}): string =>
  JSON.stringify({ parley: 'backup', format: 1, documents: 1, serverName: null, at: 'now', ...over });

const hostile: Readonly<Record<string, readonly [string, (file: string) => string]>> = {
  'cut in the middle': ['BACKUP_BROKEN', file => overwritten(file, readFileSync(file).subarray(0, 900))],
  'without its last line': ['BACKUP_BROKEN', file => rewritten(file, text => text.replace(/.*\n$/, ''))],
  'cut in its last line': ['BACKUP_BROKEN', file => rewritten(file, text => text.slice(0, -1))],
  'with a bit flipped': [
    'BACKUP_BROKEN',
    file => {
      const bytes = readFileSync(file);
      bytes[500] = (bytes[500] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      return file;
    },
  ],
  'with a text changed': ['BACKUP_BROKEN', file => rewritten(file, text => text.replace('question', 'Question'))],
  'with a line left out': ['BACKUP_BROKEN', file => rewritten(file, text => text.replace(/\{"in":"turns".*\n/, ''))],
  'with something behind its end': ['BACKUP_BROKEN', file => rewritten(file, text => `${text}{}\n`)],
  'with a huge line': ['BACKUP_BROKEN', file => rewritten(file, () => `${header()}\n${'x'.repeat(33 * 1024 * 1024)}`)],
  'that unpacks to too much': [
    'BACKUP_BROKEN',
    file => rewritten(file, () => `${header()}\n${'[]\n'.repeat(30_000_000)}`),
  ],
  'of a newer Parley': ['BACKUP_TOO_NEW', file => rewritten(file, () => signed([header({ format: 2 })]))],
  'of newer documents': ['BACKUP_TOO_NEW', file => rewritten(file, () => signed([header({ documents: 9 })]))],
  'with an unknown collection': [
    'BACKUP_BROKEN',
    file => rewritten(file, () => signed([header(), '{"in":"__proto__","doc":{}}'])),
  ],
  'with a document that can’t be stored': [
    'BACKUP_BROKEN',
    file => rewritten(file, () => signed([header(), '{"in":"turns","doc":{"_id":1}}'])),
  ],
  'that is something else': ['BACKUP_BROKEN', file => overwritten(file, 'hello')],
  'that is empty': ['BACKUP_BROKEN', file => overwritten(file, '')],
};

describe('a file', () => {
  it.each(Object.entries(hostile))('%s is refused before anything is written', async (_, [code, spoil]) => {
    const { done, store, dataDir } = restored(spoil(await backedUp()));
    await expect(done).rejects.toMatchObject({ code });
    expect(await allOf(store)).toEqual([]);
    expect(() => readdirSync(dataDir)).toThrow('ENOENT');
  });

  it('that is encrypted is refused without its passphrase, with another, cut, and changed', async () => {
    const file = await backedUp({ lock });
    await expect(restored(file).done).rejects.toMatchObject({ code: 'BACKUP_LOCKED' });
    const wrong = { passphrase: 'wrong', workFactor: 4 };
    await expect(restored(file, { lock: wrong }).done).rejects.toMatchObject({ code: 'BACKUP_LOCKED' });
    const bytes = readFileSync(file);
    for (const spoilt of [bytes.subarray(0, -20), bytes.with(300, (bytes[300] ?? 0) ^ 1)]) {
      writeFileSync(file, spoilt);
      await expect(restored(file, { lock }).done).rejects.toMatchObject({ code: 'BACKUP_BROKEN' });
    }
  });
});

describe('a restore', () => {
  it('is refused where there is an installation', async () => {
    const store = emptyStore();
    await store.collection('settings').insert([{ _id: 'a', value: 'b' }]);
    const { done } = restored(await backedUp(), { store });
    await expect(done).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
    expect(await allOf(store)).toHaveLength(1);
  });

  it('is refused for another homeserver than the configured one', async () => {
    const { done } = restored(await backedUp({ serverName: 'a.org' }), { serverName: 'b.org' });
    await expect(done).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });
  });

  it('goes on where it was killed, after any write, and until then nothing can be made of it', async () => {
    const file = await backedUp();
    const batches = new Set(all.map(({ collection }) => collection)).size;
    for (let writes = 1; writes <= 2 + batches; writes += 1) {
      const store = emptyStore();
      const mortal = mortalStore(store);
      mortal.dieAfter(writes);
      const { done } = restored(file, { store: mortal.store });
      const ended = done.then(() => true);
      while (!mortal.died()) await new Promise(setImmediate);
      expect(await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 5, false))])).toBe(false);
      await expect(
        backUp(store, { dataDir: tempFolder(), ...plain, to: join(tempFolder(), 'b'), now: at }),
      ).rejects.toMatchObject({
        code: 'RESTORE_REFUSED',
      });
      await restored(file, { store }).done;
      expect(await allOf(store), `killed after ${writes} writes`).toEqual(all);
    }
  });

  it('up to a time leaves out what was said and done later, and deals with nothing twice', async () => {
    const { test, act, asked } = await busyParley();
    for (let nth = 0; nth < 4; nth += 1) act(nth);
    await test.settle();
    const [before, time] = [asked.length, test.clock.now()];
    await test.clock.advance(60_000);
    for (let nth = 0; nth < 4; nth += 1) act(nth);
    await test.settle();
    const file = join(tempFolder(), 'backup');
    await backUp(test.store, { dataDir: tempFolder(), ...plain, to: file, now: at });
    const { done, store } = restored(file, { toTime: time });
    await done;
    const messages = await store.collection('messages').getMany(asked.map(({ message }) => message));
    expect(messages).toHaveLength(before);
    for (const name of ['turns', 'audit'] as const) {
      const found = await store.collection(name).find({ limit: 1000 });
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter(({ createdAt }) => createdAt > time)).toEqual([]);
    }
    for (const { _id, handledThrough } of await store.collection('speaker_queues').find({ limit: 10 })) {
      const lines = await store.collection('messages').find({ where: { chat: _id }, limit: 1000 });
      expect(handledThrough).toBe(Math.max(...lines.map(({ order }) => order)));
    }
  });
});
