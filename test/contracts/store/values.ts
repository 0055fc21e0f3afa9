import { describe, expect, it } from 'vitest';
import type { Draft } from '../../../src/core/document.ts';
import type { Setting } from '../../../src/core/setting.ts';
import { idsOf, ill, message, type OpenForTest, opened, room, setting } from './fixtures.ts';

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { in: value };
  return value;
}

const oddValues: Readonly<Record<string, unknown>> = {
  'a megabyte of text': 'ä€😀\n'.repeat(100_000),
  'NUL and other control characters': 'a\u0000b\u0001\u001f\u007f\u2028',
  'lone surrogates': ['\ud800', 'x\udfff', '\udc00\ud800'],
  'keys that mean something to JavaScript': JSON.parse('{"__proto__": {"a": 1}, "constructor": 1, "": 2}'),
  'numbers at the edge': [2 ** 53, 2 ** 53 - 1, -(2 ** 53) + 1, 0.1, 5e-324, 1.7976931348623157e308, 1e21],
  'a hundred levels': nested(100),
  'two thousand levels': nested(2000),
  'nothing much': [null, false, '', [], {}],
};

export function valuesContract(open: OpenForTest): void {
  describe('values', () => {
    for (const [what, value] of Object.entries(oddValues)) {
      it(`come back as they were: ${what}`, async () => {
        const { store } = await opened(open);
        const settings = store.collection('settings');
        await settings.insert([ill<Draft<Setting>>({ _id: 'a', value })]);
        const read = await settings.get('a');
        expect(JSON.stringify(read?.value)).toBe(JSON.stringify(value));
        const replaced = read && (await settings.replace(read));
        expect(JSON.stringify(replaced?.value)).toBe(JSON.stringify(value));
      });
    }

    it('are what JSON makes of them', async () => {
      const { store } = await opened(open);
      const value = { none: undefined, nan: Number.NaN, date: new Date(0), list: [undefined] };
      await store.collection('settings').insert([ill<Draft<Setting>>({ _id: 'a', value })]);
      const read = await store.collection('settings').get('a');
      expect(read?.value).toEqual({ nan: null, date: '1970-01-01T00:00:00.000Z', list: [null] });
    });

    it('are not shared with the caller', async () => {
      const { store } = await opened(open);
      const messages = store.collection('messages');
      const draft = { ...message('a', 1), mentions: ill<never[]>(['given']) };
      const inserting = messages.insert([draft]);
      draft.mentions.push(ill<never>('pushed by the giver'));
      await inserting;
      const read = await messages.get(draft._id);
      if (read === null) throw new Error('The message is gone.');
      const replaced = await messages.replace(read);
      for (const given of [read, replaced, (await messages.getMany([draft._id]))[0]]) {
        ill<{ mentions: string[] }>(given).mentions.push('pushed by the reader');
      }
      expect(await messages.find({ limit: 1 })).toMatchObject([{ mentions: ['given'] }]);
    });
  });

  describe('ids and keys', () => {
    const ids = [
      '',
      'a',
      'a\u0000',
      'a\u0000b',
      'ä',
      "'; DROP TABLE settings; --",
      '\ud800',
      '\ud801',
      '\ufffd',
      '1',
      '01',
    ];

    it('are told apart, whatever they are', async () => {
      const { store } = await opened(open);
      const settings = store.collection('settings');
      expect(await settings.insert(ids.map(id => setting(id)))).toEqual(ids.map(() => 'inserted'));
      expect(await settings.insert(ids.map(id => setting(id, 'again')))).toEqual(ids.map(() => 'exists'));
      for (const id of ids) expect((await settings.get(id))?.value).toBe(id);
      expect(new Set(idsOf(await settings.getMany(ids)))).toEqual(new Set(ids));
      for (const id of ids) expect(await settings.delete(id)).toBe(true);
    });

    it('are told apart in indexes as well', async () => {
      const { store } = await opened(open);
      const messages = store.collection('messages');
      const drafts = ids.map((chat, at) => ({
        ...message(`${at}`, 1),
        chat: ill<ReturnType<typeof message>['chat']>(chat),
      }));
      expect(await messages.insert(drafts)).toEqual(ids.map(() => 'inserted'));
      for (const { chat, _id } of drafts) {
        expect(idsOf(await messages.find({ where: { chat, order: 1 }, limit: 10 }))).toEqual([_id]);
      }
    });

    it('of different kinds are different; null is a key, and is what a missing field has', async () => {
      const { store } = await opened(open);
      const messages = store.collection('messages');
      const odd = [null, 1, '1', true, undefined].map((order, at) => ({
        ...message(`${at}`, 1),
        order: ill<number>(order),
      }));
      expect(await messages.insert(odd)).toEqual(['inserted', 'inserted', 'inserted', 'inserted', 'exists']);
      expect(idsOf(await messages.find({ where: { chat: room('room'), order: ill<number>(null) }, limit: 9 }))).toEqual(
        ['test:0'],
      );
      expect(idsOf(await messages.find({ where: { chat: room('room'), order: ill<number>(true) }, limit: 9 }))).toEqual(
        ['test:3'],
      );
    });
  });
}
