import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/ports/store.ts';
import { message, type OpenForTest, opened, room, setting } from './fixtures.ts';

export function writingContract(open: OpenForTest): void {
  describe('inserting', () => insertingContract(open));
  describe('replacing', () => replacingContract(open));
  describe('deleting', () => deletingContract(open));
  describe('calls that nobody waits for', () => orderContract(open));
}

function insertingContract(open: OpenForTest): void {
  it('stamps what it takes', async () => {
    const { store, clock } = await opened(open);
    await store.collection('settings').insert([setting('a', 'one'), { ...setting('b', 'two'), tenant: 'acme' }]);
    const stamp = { version: 1, createdAt: clock.now(), updatedAt: clock.now() };
    expect(await store.collection('settings').get('a')).toEqual({
      _id: 'a',
      value: 'one',
      tenant: 'default',
      ...stamp,
    });
    expect(await store.collection('settings').get('b')).toEqual({ _id: 'b', value: 'two', tenant: 'acme', ...stamp });
  });

  it('stamps anew what was stamped before', async () => {
    const { store, clock } = await opened(open);
    const old = { ...setting('a'), version: 7, createdAt: 1, updatedAt: 2 };
    await store.collection('settings').insert([old]);
    expect(await store.collection('settings').get('a')).toMatchObject({ version: 1, createdAt: clock.now() });
  });

  it('reports a repeat of an _id and keeps what is there', async () => {
    const { store } = await opened(open);
    const settings = store.collection('settings');
    expect(await settings.insert([setting('a', 'first')])).toEqual(['inserted']);
    expect(await settings.insert([setting('b'), setting('a', 'second'), setting('c')])).toEqual([
      'inserted',
      'exists',
      'inserted',
    ]);
    expect((await settings.get('a'))?.value).toBe('first');
  });

  it('reports a repeat of a unique key, also within one call', async () => {
    const { store } = await opened(open);
    const messages = store.collection('messages');
    const drafts = [message('a', 1), message('b', 1), message('c', 1, 'other'), message('a', 2), message('d', 2)];
    expect(await messages.insert(drafts)).toEqual(['inserted', 'exists', 'inserted', 'exists', 'inserted']);
    expect(await messages.get(message('b', 1)._id)).toBeNull();
  });

  it('lets one of many win who insert the same', async () => {
    const { store } = await opened(open);
    const settings = store.collection('settings');
    const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => settings.insert([setting('a', `${at}`)])));
    expect(answers.flat().filter(answer => answer === 'inserted')).toHaveLength(1);
    expect((await settings.get('a'))?.value).toBe('0');
  });

  it('takes nothing, and takes a thousand', async () => {
    const { store } = await opened(open);
    const settings = store.collection('settings');
    expect(await settings.insert([])).toEqual([]);
    const answers = await settings.insert(Array.from({ length: 1000 }, (_, at) => setting(`${at}`)));
    expect(new Set(answers)).toEqual(new Set(['inserted']));
    expect(await settings.find({ limit: 1000 })).toHaveLength(1000);
  });

  it('stores what was stored elsewhere as it is, and reports a repeat', async () => {
    const { store, clock } = await opened(open);
    const settings = store.collection('settings');
    const kept = { ...setting('a', 'one'), version: 7, createdAt: 1, updatedAt: 2, tenant: 'acme' };
    expect(await settings.insertAsIs([kept, { ...kept, value: 'two' }])).toEqual(['inserted', 'exists']);
    expect(await settings.get('a')).toEqual(kept);
    expect(await settings.replace({ ...kept, value: 'three' })).toMatchObject({ version: 8, updatedAt: clock.now() });
    const old = { version: 3, createdAt: 1, updatedAt: 2, tenant: 'default' };
    const messages = [message('a', 1), message('b', 1), message('b', 2)].map(draft => ({ ...draft, ...old }));
    expect(await store.collection('messages').insertAsIs(messages)).toEqual(['inserted', 'exists', 'inserted']);
  });

  it('appends up to what is taken, by its _id or its unique key', async () => {
    const { store } = await opened(open);
    const messages = store.collection('messages');
    expect(await messages.append([message('a', 1), message('b', 2)])).toBe(2);
    expect(await messages.append([message('c', 3), message('d', 2), message('e', 4)])).toBe(1);
    expect(await messages.append([message('a', 5), message('f', 6)])).toBe(0);
    expect(await messages.append([])).toBe(0);
    const stored = await messages.find({
      orderBy: { field: 'order', direction: 'asc' },
      where: { chat: message('a', 1).chat },
      limit: 10,
    });
    expect(stored.map(({ _id }) => _id)).toEqual([message('a', 1)._id, message('b', 2)._id, message('c', 3)._id]);
  });

  it('keeps collections apart', async () => {
    const { store } = await opened(open);
    await store.collection('settings').insert([setting('a')]);
    expect(await store.collection('agents').find({ limit: 1 })).toEqual([]);
  });
}

/** Adds one to a number that stands in a setting, as often as it takes. */
async function increment(store: Store): Promise<void> {
  const settings = store.collection('settings');
  for (;;) {
    const read = await settings.get('count');
    if (read === null) throw new Error('The count is gone.');
    if ((await settings.replace({ ...read, value: String(Number(read.value) + 1) })) !== null) return;
  }
}

function replacingContract(open: OpenForTest): void {
  it('raises the version and gives the new document', async () => {
    const { store, clock } = await opened(open);
    const settings = store.collection('settings');
    await settings.insert([setting('a', 'one')]);
    const createdAt = clock.now();
    await clock.advance(1000);
    const read = await settings.get('a');
    const replaced = read && (await settings.replace({ ...read, value: 'two' }));
    const expected = { _id: 'a', value: 'two', version: 2, createdAt, updatedAt: clock.now(), tenant: 'default' };
    expect(replaced).toEqual(expected);
    expect(await settings.get('a')).toEqual(expected);
  });

  it('refuses a document that was changed, deleted or never there', async () => {
    const { store } = await opened(open);
    const settings = store.collection('settings');
    await settings.insert([setting('a', 'one')]);
    const read = await settings.get('a');
    if (read === null) throw new Error('The setting is gone.');
    await settings.replace({ ...read, value: 'two' });
    expect(await settings.replace({ ...read, value: 'three' })).toBeNull();
    expect((await settings.get('a'))?.value).toBe('two');
    await settings.delete('a');
    expect(await settings.replace({ ...read, version: 2 })).toBeNull();
    expect(await settings.replace({ ...read, _id: 'b' })).toBeNull();
    expect(await settings.find({ limit: 10 })).toEqual([]);
  });

  it('loses none of a hundred increments made at the same time', async () => {
    const { store } = await opened(open);
    await store.collection('settings').insert([setting('count', '0')]);
    await Promise.all(Array.from({ length: 100 }, () => increment(store)));
    expect(await store.collection('settings').get('count')).toMatchObject({ value: '100', version: 101 });
  });

  it('moves a document in the indexes', async () => {
    const { store } = await opened(open);
    const messages = store.collection('messages');
    await messages.insert([message('a', 1)]);
    const [read] = await messages.find({ where: { chat: room('room'), order: 1 }, limit: 10 });
    if (read === undefined) throw new Error('The message is gone.');
    await messages.replace({ ...read, order: 2 });
    expect(await messages.find({ where: { chat: room('room'), order: 1 }, limit: 10 })).toEqual([]);
    expect(await messages.find({ where: { chat: room('room'), order: 2 }, limit: 10 })).toHaveLength(1);
    expect(await messages.insert([message('b', 2), message('b', 1)])).toEqual(['exists', 'inserted']);
  });

  it('will not take the unique key of another document, and does what was asked beside it', async () => {
    const { store } = await opened(open);
    const messages = store.collection('messages');
    await messages.insert([message('a', 1), message('b', 2)]);
    const read = await messages.get(message('b', 2)._id);
    if (read === null) throw new Error('The message is gone.');
    const before = messages.insert([message('c', 3)]);
    const clash = messages.replace({ ...read, order: 1 });
    const after = messages.insert([message('d', 2), message('d', 4)]);
    await expect(clash).rejects.toThrow(TypeError);
    expect(await Promise.all([before, after])).toEqual([['inserted'], ['exists', 'inserted']]);
    expect(await messages.get(read._id)).toEqual(read);
  });
}

function deletingContract(open: OpenForTest): void {
  it('says whether there was something to delete, and frees its keys', async () => {
    const { store } = await opened(open);
    const messages = store.collection('messages');
    await messages.insert([message('a', 1)]);
    expect(await messages.delete(message('a', 1)._id)).toBe(true);
    expect(await messages.delete(message('a', 1)._id)).toBe(false);
    expect(await messages.get(message('a', 1)._id)).toBeNull();
    expect(await messages.find({ where: { chat: message('a', 1).chat }, limit: 10 })).toEqual([]);
    expect(await messages.insert([message('b', 1), message('a', 2)])).toEqual(['inserted', 'inserted']);
  });
}

function orderContract(open: OpenForTest): void {
  it('take effect in the order in which they were made, for one document', async () => {
    const { store, clock } = await opened(open);
    const settings = store.collection('settings');
    const stamp = { tenant: 'default', version: 1, createdAt: clock.now(), updatedAt: clock.now() };
    const answers = await Promise.all([
      settings.get('a'),
      settings.insert([setting('a', 'one')]),
      settings.get('a'),
      settings.replace({ ...stamp, _id: 'a', value: 'two' }),
      settings.delete('a'),
      settings.getMany(['a']),
      settings.insert([setting('a', 'three')]),
      settings.get('a'),
    ]);
    const one = { ...stamp, _id: 'a', value: 'one' };
    const two = { ...one, value: 'two', version: 2 };
    expect(answers).toEqual([null, ['inserted'], one, two, true, [], ['inserted'], { ...one, value: 'three' }]);
  });

  it('are done before the store closes; later ones are refused', async () => {
    const { store } = await opened(open);
    const settings = store.collection('settings');
    const inserted = settings.insert([setting('a')]);
    const read = settings.get('a');
    await store.close();
    expect(await inserted).toEqual(['inserted']);
    expect((await read)?.value).toBe('a');
    await expect(settings.insert([setting('b')])).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(settings.find({ limit: 1 })).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await store.close();
  });
}
