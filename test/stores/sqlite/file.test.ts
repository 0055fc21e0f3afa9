import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/ports/store.ts';
import { openSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { idsOf, message, setting } from '../../contracts/store/fixtures.ts';
import { heldClock } from '../../fakes/clock.ts';
import { startProgram, temporaryFolder } from './child.ts';

const clock = heldClock();
const newFile = (): string => join(temporaryFolder(), 'parley.db');
const open = (path: string): Store => openSqliteStore({ path, clock });

/** Changes a file behind the store's back. */
function change(path: string, ...texts: readonly string[]): void {
  const database = new DatabaseSync(path);
  for (const text of texts) database.exec(text);
  database.close();
}

async function filledFile(): Promise<string> {
  const path = newFile();
  const store = open(path);
  await store.collection('messages').insert([message('b', 2), message('a', 1), message('c', 3, 'other')]);
  await store.collection('settings').insert([setting('a'), setting('\ud800')]);
  await store.close();
  return path;
}

const inRoom = async (store: Store): Promise<string[]> =>
  idsOf(
    await store
      .collection('messages')
      .find({ where: { chat: message('a', 1).chat }, orderBy: { field: 'order', direction: 'asc' }, limit: 9 }),
  );

describe('The file of a SQLite store', () => {
  it('is for its user only, also when it was not before', async () => {
    const path = newFile();
    writeFileSync(path, '');
    chmodSync(path, 0o666);
    const store = open(path);
    await store.collection('settings').insert([setting('a')]);
    const modes = readdirSync(join(path, '..')).map(name => statSync(join(path, '..', name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    await store.close();
  });

  it('is one file once the store is closed', async () => {
    const path = await filledFile();
    expect(readdirSync(join(path, '..'))).toEqual(['parley.db']);
  });

  it('is taken by its name, even when SQLite has a meaning for the name', async () => {
    const folder = temporaryFolder();
    for (const name of ['file:x?mode=memory', ':memory:', 'a b%20#.db']) {
      const store = open(join(folder, name));
      await store.collection('settings').insert([setting('a')]);
      await store.close();
      expect(statSync(join(folder, name)).size).toBeGreaterThan(0);
    }
  });
});

describe('A file from another version', () => {
  it('gets the columns and indexes of today', async () => {
    const path = await filledFile();
    change(
      path,
      'DROP INDEX "messages_chat_order"; ALTER TABLE messages DROP COLUMN "key_order"',
      'ALTER TABLE messages ADD COLUMN "key_gone" DEFAULT 7; DROP TABLE agents; DROP TABLE audit; DROP INDEX "turns_trigger"',
    );
    for (let round = 0; round < 2; round++) {
      const store = open(path);
      expect(await inRoom(store)).toEqual(['test:a', 'test:b']);
      expect(await store.collection('messages').insert([message('d', 2)])).toEqual(['exists']);
      expect(await store.collection('settings').get('\ud800')).toMatchObject({ version: 1 });
      expect(await store.collection('agents').find({ where: { status: 'idle' }, limit: 1 })).toEqual([]);
      expect(await store.collection('audit').find({ where: { who: 'test:@mara' }, limit: 1 })).toEqual([]);
      await store.close();
    }
  });

  it('stays as it was when it can’t be given the tables of today', async () => {
    const path = await filledFile();
    change(path, 'ALTER TABLE settings ADD COLUMN "key_gone" DEFAULT 7', `UPDATE settings SET doc = 'no JSON'`);
    const before = readFileSync(path);
    expect(() => open(path)).toThrow();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is refused when it is newer, and stays as it was', async () => {
    const path = await filledFile();
    change(path, 'PRAGMA user_version = 1234');
    const before = readFileSync(path);
    expect(() => open(path)).toThrow(
      expect.objectContaining({ code: 'STORE_TOO_NEW', message: expect.stringMatching(/1234.*up to 1\b.*backup/) }),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('A file that is no store', () => {
  const failed = (message: RegExp) =>
    expect.objectContaining({ code: 'STORE_FAILED', retry: false, message: expect.stringMatching(message) });

  it('is refused when it is not SQLite', () => {
    const path = newFile();
    writeFileSync(path, 'This is a letter to somebody.\n'.repeat(100));
    expect(() => open(path)).toThrow(failed(/damaged.*backup/));
  });

  it('is refused when another program made it', () => {
    const path = newFile();
    change(path, 'CREATE TABLE letters (text)');
    expect(() => open(path)).toThrow(failed(/another program/));
  });

  it('is refused when its folder is missing, or it is a folder', () => {
    const folder = temporaryFolder();
    expect(() => open(join(folder, 'missing', 'parley.db'))).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
  });

  it('fails with a remedy where it was cut or overwritten', async () => {
    const cut = await filledFile();
    truncateSync(cut, 8192);
    const overwritten = await filledFile();
    const bytes = readFileSync(overwritten);
    writeFileSync(overwritten, bytes.fill(0x5a, 4096));
    for (const path of [cut, overwritten]) {
      const use = async (): Promise<unknown> => {
        const store = open(path);
        return inRoom(store).finally(() => store.close());
      };
      await expect(use()).rejects.toEqual(failed(/damaged.*backup/));
    }
  });
});

describe('A file that is damaged in one place', () => {
  it('goes on working everywhere else', async () => {
    const path = await filledFile();
    const database = new DatabaseSync(path);
    const page = Number(database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").get()?.rootpage);
    database.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, (page - 1) * 4096, page * 4096));

    const store = open(path);
    const failing = store.collection('messages').insert([message('d', 4)]);
    await expect(failing).rejects.toMatchObject({ code: 'STORE_FAILED', retry: false });
    expect(await store.collection('settings').insert([setting('b')])).toEqual(['inserted']);
    await store.close();
  });
});

describe('A file that another process holds', () => {
  it('fails after a while, and works again when the other is gone', { timeout: 30_000 }, async () => {
    const path = await filledFile();
    const store = open(path);
    const other = startProgram('holder.ts', path);
    expect(await other.line()).toBe('held');
    const held = expect.objectContaining({
      code: 'STORE_FAILED',
      retry: true,
      message: expect.stringMatching(/Another/),
    });
    await expect(store.collection('settings').insert([setting('b')])).rejects.toEqual(held);
    expect((await store.collection('settings').get('a'))?.value).toBe('a');
    other.kill();
    await other.ended;
    expect(await store.collection('settings').insert([setting('b')])).toEqual(['inserted']);
    await store.close();
  });

  it('can be read by another process meanwhile', async () => {
    const path = await filledFile();
    const store = open(path);
    const reader = open(path);
    await store.collection('settings').insert([setting('b')]);
    expect(await reader.collection('settings').get('b')).not.toBeNull();
    await Promise.all([store.close(), reader.close()]);
  });
});
