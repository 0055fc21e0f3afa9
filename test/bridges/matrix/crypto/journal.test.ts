import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { applyChange, type Change, changesOf, emptyState } from '../../../../bridges/matrix/crypto/changes.ts';
import { openJournal, removeJournal } from '../../../../bridges/matrix/crypto/journal.ts';
import { agentId } from '../../../../src/core/ids.ts';
import type { KeyPage } from '../../../../src/core/key-page.ts';
import type { Collection, Store } from '../../../../src/ports/store.ts';
import { describeWith } from '../../../servers.ts';
import { openStore } from './stores.ts';

const ada = agentId('ada');
let writers = 0;
const newWriter = (): string => {
  writers += 1;
  return `w${writers}`;
};

const open = (store: Pick<Store, 'collection'>, agent = ada) =>
  openJournal({ pages: store.collection('key_pages'), agent, device: 'D', writer: newWriter() });

const put = (key: string, value: unknown): Change => ['put', '::keys', 'sessions', key, serialize(value)];

/** What stands there, as something that can be compared. */
const contents = (state: Parameters<typeof changesOf>[0]) =>
  [...changesOf(state)].map(change =>
    change[0] === 'put' ? [...change.slice(0, 4), Buffer.from(change[4]).toString('hex')] : change,
  );

function stateAfter(changes: readonly Change[]) {
  const state = emptyState();
  for (const change of changes) applyChange(state, change);
  return state;
}

function onAnyStore(make: () => Promise<Store>): void {
  it('gives back what was appended, and what was changed and removed since', async () => {
    const store = await make();
    const { journal } = await open(store);
    const steps: Change[][] = [
      [
        [
          'schema',
          '::keys',
          { version: 3, stores: [{ name: 'sessions', keyPath: null, autoIncrement: false, indexes: [] }] },
        ],
      ],
      [put('a', { text: 'one' }), put('b', new Uint8Array([1, 2])), ['note', 'since', '5']],
      [put('a', { text: 'two' }), ['delete', '::keys', 'sessions', 'b'], put('c', 'x'.repeat(100_000))],
    ];
    for (const step of steps) await journal.append(step);
    expect(contents((await open(store)).state)).toEqual(contents(stateAfter(steps.flat())));
  });

  it('refuses who goes on from the same page as somebody else, and stores nothing of it', async () => {
    const store = await make();
    await (await open(store)).journal.append([put('a', 1)]);
    const [first, second] = [await open(store), await open(store)];
    await first.journal.append([put('a', 2)]);
    await expect(second.journal.append([put('a', 3)])).rejects.toMatchObject({ code: 'DEVICE_TAKEN', retry: true });
    await first.journal.append([put('b', 4)]);
    expect(contents((await open(store)).state)).toEqual(contents(stateAfter([put('a', 2), put('b', 4)])));
  });

  it('keeps the journals of agents and devices apart', async () => {
    const store = await make();
    await (await open(store)).journal.append([put('a', 1)]);
    const other = await open(store, agentId('ada-2'));
    expect(contents(other.state)).toEqual([]);
    await other.journal.append([put('b', 2)]);
    await removeJournal({ pages: store.collection('key_pages'), agent: ada, device: 'D' });
    expect(contents((await open(store)).state)).toEqual([]);
    expect(contents((await open(store, agentId('ada-2'))).state)).toEqual(contents(stateAfter([put('b', 2)])));
  });

  it('is copied when it is long, and then has few pages', { timeout: 60_000 }, async () => {
    const store = await make();
    const { journal } = await open(store);
    const state = emptyState();
    for (let index = 0; !journal.isLong(); index += 1) {
      const change = put(`k${index % 7}`, index);
      await journal.append([change]);
      applyChange(state, change);
    }
    await journal.compact(state);
    await journal.append([put('k0', 'after')]);
    applyChange(state, put('k0', 'after'));
    expect(await store.collection('key_pages').find({ where: { journal: 'ada/D' }, limit: 1000 })).toHaveLength(2);
    expect(contents((await open(store)).state)).toEqual(contents(state));
  });
}

describe('A key journal in memory', () => onAnyStore(openStore.memory));
describe('A key journal in a sealed store', () => onAnyStore(openStore.sealed));
describe('A key journal in SQLite', () => onAnyStore(openStore.sqlite));
describeWith('mongodb', 'A key journal in a MongoDB', () => onAnyStore(openStore.mongodb));

describe('A key journal', () => {
  /** A store that ends the process before the nth write. */
  function mortal(store: Store, writes: number): Pick<Store, 'collection'> {
    let left = writes;
    const pages = store.collection('key_pages');
    const unless = async <T>(work: () => Promise<T>): Promise<T> => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return work();
    };
    const dying: Collection<KeyPage> = {
      ...pages,
      insert: drafts => unless(() => pages.insert(drafts)),
      delete: id => unless(() => pages.delete(id)),
    };
    return { collection: () => dying as never };
  }

  it('is whole wherever the making of a copy is broken off', async () => {
    const big = (name: string): Change => put(name, 'x'.repeat(1_500_000));
    const changes = [big('a'), big('b'), big('c'), put('d', 1)];
    const state = stateAfter(changes);
    let isDone = false;
    for (let writes = 0; !isDone; writes += 1) {
      const store = await openStore.memory();
      const first = await open(store);
      for (const change of changes) await first.journal.append([change]);
      const dying = await open(mortal(store, writes));
      isDone = await dying.journal.compact(state).then(
        () => true,
        () => false,
      );
      const after = await open(store);
      expect(contents(after.state)).toEqual(contents(state));
      await after.journal.append([put('e', 2)]);
      expect(contents((await open(store)).state)).toEqual(contents(stateAfter([...changes, put('e', 2)])));
    }
  });

  it('says so where pages are missing', async () => {
    const store = await openStore.memory();
    const { journal } = await open(store);
    for (const name of ['a', 'b', 'c']) await journal.append([put(name, 1)]);
    await store.collection('key_pages').delete('ada/D/2');
    await expect(open(store)).rejects.toMatchObject({ code: 'DEVICE_BROKEN' });
  });
});
