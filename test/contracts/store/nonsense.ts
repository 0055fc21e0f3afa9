import { describe, expect, it } from 'vitest';
import type { CollectionName, Store } from '../../../src/ports/store.ts';
import { ill, message, type OpenForTest, opened, setting } from './fixtures.ts';

/** The store as code without types sees it. */
interface Untyped {
  insert(drafts: unknown): Promise<unknown>;
  insertAsIs(documents: unknown): Promise<unknown>;
  get(id: unknown): Promise<unknown>;
  getMany(ids: unknown): Promise<unknown>;
  replace(document: unknown): Promise<unknown>;
  find(query: unknown): Promise<unknown>;
  delete(id: unknown): Promise<unknown>;
}

const untyped = (store: Store, name: CollectionName): Untyped => ill<Untyped>(store.collection(name));

const circle: Record<string, unknown> = { _id: 'circle' };
circle.self = circle;

const nonsense: Readonly<Record<string, (messages: Untyped) => Promise<unknown>>> = {
  'a draft that is null': messages => messages.insert([null]),
  'a draft that is a list': messages => messages.insert([[]]),
  'drafts that are no list': messages => messages.insert(7),
  'a draft without _id': messages => messages.insert([{ chat: 'a', order: 1 }]),
  'an _id that is a number': messages => messages.insert([{ ...message('a', 1), _id: 1 }]),
  'a list in an indexed field': messages => messages.insert([{ ...message('a', 1), chat: ['a'] }]),
  'NaN in an indexed field': messages => messages.insert([message('a', Number.NaN)]),
  'a circle': messages => messages.insert([circle]),
  'a bigint': messages => messages.insert([{ ...message('a', 1), hop: 1n }]),
  'one bad draft among good ones': messages => messages.insert([message('a', 1), null, message('b', 2)]),
  'a draft, stored as it is': messages => messages.insertAsIs([message('a', 1)]),
  'get without an id': messages => messages.get(undefined),
  'getMany of nothing': messages => messages.getMany(null),
  'getMany of numbers': messages => messages.getMany([1]),
  'getMany of 1,001': messages => messages.getMany(Array.from({ length: 1001 }, (_, at) => `${at}`)),
  'replace without a version': messages => messages.replace(message('a', 1)),
  'replace with a text': messages => messages.replace('a'),
  'delete of an object': messages => messages.delete({}),
  'a query without a limit': messages => messages.find({}),
  'no query': messages => messages.find(undefined),
  'limit 0': messages => messages.find({ limit: 0 }),
  'limit 1,001': messages => messages.find({ limit: 1001 }),
  'limit 1.5': messages => messages.find({ limit: 1.5 }),
  'an unknown direction': messages => messages.find({ limit: 1, orderBy: { field: 'order', direction: 'up; DROP' } }),
  'an undefined condition': messages => messages.find({ limit: 1, where: { order: undefined } }),
  'an empty condition': messages => messages.find({ limit: 1, where: { order: {} } }),
  'an unknown condition': messages => messages.find({ limit: 1, where: { order: { $gt: 1 } } }),
  'in and above together': messages => messages.find({ limit: 1, where: { order: { in: [1], above: 0 } } }),
  'in without a list': messages => messages.find({ limit: 1, where: { order: { in: 'a' } } }),
  'in with an object': messages => messages.find({ limit: 1, where: { order: { in: [{}] } } }),
  'a bound that is null': messages => messages.find({ limit: 1, where: { order: { above: null } } }),
  'a bound that is infinite': messages => messages.find({ limit: 1, where: { order: { below: Infinity } } }),
  'bounds of two kinds': messages => messages.find({ limit: 1, where: { order: { above: 1, below: 'a' } } }),
  'after something that is no document': messages => messages.find({ limit: 1, after: {} }),
};

export function nonsenseContract(open: OpenForTest): void {
  describe('a mistake in the calling code', () => {
    it.each(Object.entries(nonsense))('rejects with a TypeError and changes nothing: %s', async (_, make) => {
      const { store } = await opened(open);
      await expect(make(untyped(store, 'messages'))).rejects.toThrow(TypeError);
      expect(await store.collection('messages').find({ limit: 1 })).toEqual([]);
      expect(await store.collection('messages').insert([message('a', 1)])).toEqual(['inserted']);
    });

    it('names the field that is not indexed', async () => {
      const { store } = await opened(open);
      const messages = store.collection('messages');
      await expect(messages.find({ where: { from: setting('a').value as never }, limit: 1 })).rejects.toThrow(
        /\bfrom\b/,
      );
      await expect(messages.find({ orderBy: { field: 'hop', direction: 'asc' }, limit: 1 })).rejects.toThrow(/\bhop\b/);
      const turns = store.collection('turns').find({ where: { state: 'done', trigger: null }, limit: 1 });
      await expect(turns).rejects.toThrow(/\(state, trigger\).*\(chat, state\)/);
      const injected = untyped(store, 'messages').find({ where: { '_id" = 1 OR "': 1 }, limit: 1 });
      await expect(injected).rejects.toThrow(TypeError);
    });

    it('throws for an unknown collection', async () => {
      const { store } = await opened(open);
      for (const name of ['nonsense', '__proto__', 'constructor', 'sqlite_master']) {
        expect(() => store.collection(ill<'agents'>(name))).toThrow(TypeError);
      }
    });
  });
}
