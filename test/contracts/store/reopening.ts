import { describe, expect, it } from 'vitest';
import { idsOf, message, type OpenForTest, opened, setting } from './fixtures.ts';

export function reopeningContract(open: OpenForTest): void {
  describe('opened again, where it keeps anything', () => {
    it('has everything, in every index', async context => {
      const { store, reopen } = await opened(open);
      if (reopen === undefined) return context.skip('It keeps nothing.');
      await store.collection('messages').insert([message('a', 2), message('b', 1)]);
      await store.collection('settings').insert([setting('a', 'one')]);
      const read = await store.collection('settings').get('a');
      const replaced = read && (await store.collection('settings').replace({ ...read, value: 'two' }));

      const again = await reopen();
      const found = await again.collection('messages').find({
        where: { chat: message('a', 1).chat },
        orderBy: { field: 'order', direction: 'asc' },
        limit: 10,
      });
      expect(idsOf(found)).toEqual(['test:b', 'test:a']);
      expect(await again.collection('settings').get('a')).toEqual(replaced);
      expect(await again.collection('messages').insert([message('c', 1)])).toEqual(['exists']);
      await again.close();
    });
  });
}
