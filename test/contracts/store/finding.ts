import { describe, expect, it } from 'vitest';
import { bridgeName, messageId } from '../../../src/core/ids.ts';
import type { Message } from '../../../src/core/message.ts';
import type { Turn } from '../../../src/core/turn.ts';
import type { Collection, Query, Store } from '../../../src/ports/store.ts';
import { idsOf, ill, message, type OpenForTest, opened, room, setting, turn } from './fixtures.ts';

/** Goes through a query page by page; deletes each page's last document, to see that the next page needs it no more. */
async function throughPages(turns: Collection<Turn>, query: Query<Turn>): Promise<string[]> {
  const found: string[] = [];
  let page = await turns.find(query);
  while (page.length > 0) {
    found.push(...idsOf(page));
    const last = page.at(-1);
    if (last === undefined) break;
    await turns.delete(last._id);
    page = await turns.find({ ...query, after: last });
  }
  return found;
}

const trigger = (number: number) => messageId(bridgeName('test'), `${number}`);

/** Twenty turns with five triggers. */
async function fill(store: Store): Promise<void> {
  const drafts = Array.from({ length: 20 }, (_, at) => ({
    ...turn(`${(at * 7) % 20}`.padStart(2, '0'), 'done'),
    trigger: trigger(at % 5),
  }));
  await store.collection('turns').insert(drafts);
}

export function findingContract(open: OpenForTest): void {
  describe('reading by id', () => {
    it('gives null or leaves out what is not there', async () => {
      const { store } = await opened(open);
      const settings = store.collection('settings');
      await settings.insert([setting('a'), setting('b')]);
      expect(await settings.get('c')).toBeNull();
      expect(idsOf(await settings.getMany(['b', 'c', 'a', 'b'])).sort()).toEqual(['a', 'b']);
      expect(await settings.getMany([])).toEqual([]);
    });
  });

  describe('finding', () => {
    conditionsContract(open);
    orderContract(open);
  });
}

function conditionsContract(open: OpenForTest): void {
  it('goes by equality, lists and bounds', async () => {
    const { store } = await opened(open);
    const messages = store.collection('messages');
    await messages.insert([1, 2, 3, 4, 5].map(order => message(`${order}`, order)));
    await messages.insert([message('elsewhere', 3, 'other')]);
    const ordersWhere = async (order: NonNullable<Query<Message>['where']>['order']) => {
      const where = { chat: room('room'), ...(order === undefined ? {} : { order }) };
      return (await messages.find({ where, orderBy: { field: 'order', direction: 'asc' }, limit: 10 })).map(
        found => found.order,
      );
    };
    expect(await ordersWhere(3)).toEqual([3]);
    expect(await ordersWhere({ in: [5, 1, 1, 9, 2] })).toEqual([1, 2, 5]);
    expect(await ordersWhere({ in: [] })).toEqual([]);
    expect(await ordersWhere({ above: 3 })).toEqual([4, 5]);
    expect(await ordersWhere({ below: 3 })).toEqual([1, 2]);
    expect(await ordersWhere({ above: 1, below: 4.5 })).toEqual([2, 3, 4]);
    expect(await ordersWhere({ above: 4, below: 2 })).toEqual([]);
    expect(await ordersWhere(undefined)).toEqual([1, 2, 3, 4, 5]);
  });

  it('uses two fields of an index, the first of them, and _id', async () => {
    const { store } = await opened(open);
    const turns = store.collection('turns');
    await turns.insert([turn('a', 'queued'), turn('b', 'done'), turn('c', 'queued', 'other'), turn('d', 'running')]);
    const chat = room('room');
    expect(idsOf(await turns.find({ where: { state: { in: ['queued', 'running'] } }, limit: 9 }))).toEqual([
      'test:a/ada',
      'test:c/ada',
      'test:d/ada',
    ]);
    expect(idsOf(await turns.find({ where: { chat, state: { in: ['queued', 'done'] } }, limit: 9 }))).toEqual([
      'test:a/ada',
      'test:b/ada',
    ]);
    expect(await turns.find({ where: { chat }, limit: 9 })).toHaveLength(3);
    expect(await turns.find({ where: { _id: { above: 'test:b/ada' } }, limit: 9 })).toHaveLength(2);
  });

  it('never finds a value of another kind within bounds', async () => {
    const { store } = await opened(open);
    const messages = store.collection('messages');
    const orders = [null, -1, 5, '', 'a', '\ud800', false, true];
    await messages.insert(orders.map((order, at) => ({ ...message(`${at}`, 0), order: ill<number>(order) })));
    const within = async (order: { above: number | string } | { below: number | string }) =>
      (
        await messages.find({
          where: { chat: room('room'), order },
          orderBy: { field: 'order', direction: 'asc' },
          limit: 9,
        })
      ).map(found => found.order);
    expect(await within({ above: -2 })).toEqual([-1, 5]);
    expect(await within({ below: 9 })).toEqual([-1, 5]);
    expect(await within({ above: '' })).toEqual(['a', '\ud800']);
    expect(await within({ below: '\uffff' })).toEqual(['', 'a']);
    expect(await within({ below: '\ud801' })).toEqual(['', 'a', '\ud800']);
  });
}

function orderContract(open: OpenForTest): void {
  it('orders by _id unless told otherwise, by code point', async () => {
    const { store } = await opened(open);
    const rising = ['', 'A', 'a', 'a\u0000', 'aa', 'b', 'ä', '\ue000', '\uffff', '😀', '\ud800', '\ud800a'];
    await store.collection('settings').insert(rising.toReversed().map(id => setting(id)));
    expect(idsOf(await store.collection('settings').find({ limit: 99 }))).toEqual(rising);
  });

  it('orders values as null, numbers, texts, false, true', async () => {
    const { store } = await opened(open);
    const rising = [null, -1e300, -1, 0, 0.5, 2 ** 53, '', '0', 'a', '😀', '\udfff', false, true];
    const drafts = rising.map((order, at) => ({ ...message(`${99 - at}`, 0), order: ill<number>(order) }));
    await store.collection('messages').insert(drafts);
    const where = { chat: room('room') };
    const found = await store
      .collection('messages')
      .find({ where, orderBy: { field: 'order', direction: 'asc' }, limit: 99 });
    expect(found.map(({ order }) => order)).toEqual(rising);
  });

  it('breaks ties by _id, so that falling is rising turned round', async () => {
    const { store } = await opened(open);
    await fill(store);
    const turns = store.collection('turns');
    const rising = await turns.find({ orderBy: { field: 'trigger', direction: 'asc' }, limit: 99 });
    const falling = await turns.find({ orderBy: { field: 'trigger', direction: 'desc' }, limit: 99 });
    const places = rising.map(({ trigger, _id }) => `${trigger} ${_id}`);
    expect(places).toEqual(places.toSorted());
    expect(places).toHaveLength(20);
    expect(idsOf(falling)).toEqual(idsOf(rising).toReversed());
  });

  it.each(['asc', 'desc'] as const)('gives each document once, page by page, %s', async direction => {
    for (const limit of [1, 3, 20]) {
      const { store } = await opened(open);
      await fill(store);
      const turns = store.collection('turns');
      const query = { orderBy: { field: 'trigger', direction }, limit: 99 } as const;
      const all = idsOf(await turns.find(query));
      expect(await throughPages(turns, { ...query, limit })).toEqual(all);
    }
  });

  it('goes on behind a document by _id too, and within conditions', async () => {
    const { store } = await opened(open);
    await fill(store);
    const turns = store.collection('turns');
    const all = idsOf(await turns.find({ where: { trigger: { in: [trigger(1), trigger(2)] } }, limit: 99 }));
    expect(all).toHaveLength(8);
    expect(await throughPages(turns, { where: { trigger: { in: [trigger(1), trigger(2)] } }, limit: 3 })).toEqual(all);
  });
}
