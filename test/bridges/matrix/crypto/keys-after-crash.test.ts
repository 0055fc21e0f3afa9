import { DeviceLists } from '@matrix-org/matrix-sdk-crypto-wasm';
import { describe, expect, it } from 'vitest';
import { applyChange, type Change } from '../../../../bridges/matrix/crypto/changes.ts';
import { loadDatabases } from '../../../../bridges/matrix/crypto/databases.ts';
import { openJournal } from '../../../../bridges/matrix/crypto/journal.ts';
import { openMachine } from '../../../../bridges/matrix/crypto/library.ts';
import { recordChanges } from '../../../../bridges/matrix/crypto/record-changes.ts';
import { messageIndex } from '../../../../bridges/matrix/crypto/replays.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import type { AgentId } from '../../../../src/core/ids.ts';
import type { KeyPage } from '../../../../src/core/key-page.ts';
import type { Collection, CollectionName, Store } from '../../../../src/ports/store.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keyServer, names } from './key-server.ts';
import { ada, bruno, engineAt } from './two-sides.ts';

const newStore = () => openMemoryStore({ clock: heldClock() });
const every3 = { rotationMessages: 3 };

/** The store of a process that is killed at the nth page, before or after that is on the disk. */
function dyingStore(store: Store, pages: number, when: 'before' | 'after'): Store {
  let left = pages;
  const real = store.collection('key_pages');
  const dead = () => Promise.reject(new Error('killed'));
  const dying: Collection<KeyPage> = {
    ...real,
    async insert(drafts) {
      left -= 1;
      if (left < 0 || (left === 0 && when === 'before')) return dead();
      const inserted = await real.insert(drafts);
      return left === 0 ? dead() : inserted;
    },
  };
  const collection = ((name: CollectionName) =>
    name === 'key_pages' ? dying : store.collection(name)) as Store['collection'];
  return { collection, close: store.close };
}

/** No key of a ratchet has been used for two messages. */
function expectNoKeyTwice(said: readonly RawEvent[]): void {
  const used = said.map(event => `${event.content.session_id} ${messageIndex(event.content.ciphertext)}`);
  expect(new Set(used).size).toBe(used.length);
}

describe('Keys', () => {
  it('are used once only by two processes that work with one agent at the same time, and all can be read', {
    timeout: 60_000,
  }, async () => {
    const server = keyServer();
    const store = newStore();
    const bob = engineAt(server, newStore());
    await bob.engine.prepare(bruno);
    const processes = [engineAt(server, store), engineAt(server, store)];
    const said: RawEvent[] = [];
    for (let index = 0; index < 12; index += 1)
      said.push(...(await Promise.all(processes.map(one => one.say(ada, `${index}`, [bruno], every3)))));
    expectNoKeyTwice(said);
    for (const event of said) expect((await bob.engine.unseal(bruno, event, true)).kind).toBe('open');
  });

  it('of a process that was frozen are not used when it wakes up', async () => {
    const server = keyServer();
    const store = newStore();
    const [frozen, other] = [engineAt(server, store), engineAt(server, store)];
    const said = [await frozen.say(ada, 'one', [])];
    said.push(await other.say(ada, 'two', []), await other.say(ada, 'three', []));
    said.push(await frozen.say(ada, 'four', []));
    expectNoKeyTwice(said);
  });

  for (const when of ['before', 'after'] as const) {
    it(`are neither lost nor used twice by who says something and is killed ${when} any page is written`, {
      timeout: 120_000,
    }, async () => {
      let isWhole = false;
      for (let pages = 1; !isWhole; pages += 1) {
        const server = keyServer();
        const store = newStore();
        const bob = engineAt(server, newStore());
        await bob.engine.prepare(bruno);
        const said: RawEvent[] = [];
        const talk = async (on: Store, texts: readonly string[]) => {
          const side = engineAt(server, on);
          for (const text of texts) said.push(await side.say(ada, text, [bruno], every3));
        };
        isWhole = await talk(dyingStore(store, pages, when), ['1', '2', '3', '4']).then(
          () => true,
          () => false,
        );
        await talk(store, ['5', '6', '7']);
        expectNoKeyTwice(said);
        for (const event of said)
          expect([pages, (await bob.engine.unseal(bruno, event, true)).kind]).toEqual([pages, 'open']);
      }
    });

    it(`are not lost by who reads and is killed ${when} any page is written`, { timeout: 120_000 }, async () => {
      let isWhole = false;
      for (let pages = 1; !isWhole; pages += 1) {
        const server = keyServer();
        const theirs = newStore();
        const [alice, setUp] = [engineAt(server, newStore()), engineAt(server, theirs)];
        await setUp.engine.prepare(bruno);
        await setUp.engine.close();
        const said: RawEvent[] = [];
        for (let index = 0; index < 5; index += 1) said.push(await alice.say(ada, `${index}`, [bruno], every3));
        const read = async (on: Store) => {
          const side = engineAt(server, on);
          for (const event of said)
            expect([pages, (await side.engine.unseal(bruno, event, true)).kind]).toEqual([pages, 'open']);
        };
        isWhole = await read(dyingStore(theirs, pages, when)).then(
          () => true,
          error => {
            if (error.message !== 'killed') throw error;
            return false;
          },
        );
        await read(theirs);
      }
    });
  }

  /** What the journal is for: without it, every transaction of the library by itself would be what a kill leaves. */
  it('would be lost if what one call changes were not stored as one', { timeout: 60_000 }, async () => {
    const server = keyServer();
    const theirs = newStore();
    const [alice, setUp] = [engineAt(server, newStore()), engineAt(server, theirs)];
    await setUp.engine.prepare(bruno);
    await setUp.engine.close();
    await alice.say(ada, 'hello', [bruno]);
    const [[name, { mail }]] = [...server.devices].filter(([, box]) => box.mail.length > 0) as unknown as [
      [string, { mail: { event: object }[] }],
    ];
    const device = name.split(' ')[1] ?? '';
    const messages = JSON.stringify(mail.map(({ event }) => event));
    const stored = (
      await openJournal({ pages: theirs.collection('key_pages'), agent: bruno as AgentId, device, writer: 'w' })
    ).state;
    const keysAfter = async (
      transactions: readonly (readonly Change[])[],
    ): Promise<{ keys: number; wrote: Change[][] }> => {
      const prefix = `control-${Math.random()}`;
      const state = { databases: structuredClone(stored.databases), notes: stored.notes };
      for (const change of transactions.flat()) applyChange(state, change);
      await loadDatabases(prefix, state);
      const wrote: Change[][] = [];
      const stop = recordChanges(prefix, changes => wrote.push([...changes]));
      const { machine } = await openMachine(prefix, { id: names.userId(bruno), device });
      wrote.length = 0;
      await machine.receiveSyncChanges(messages, new DeviceLists([], []), new Map());
      stop();
      return { keys: (await machine.roomKeyCounts()).total, wrote };
    };
    const whole = await keysAfter([]);
    expect(whole.keys).toBe(1);
    expect(whole.wrote.length).toBeGreaterThan(1);
    const cut = [];
    for (let count = 1; count < whole.wrote.length; count += 1)
      cut.push((await keysAfter(whole.wrote.slice(0, count))).keys);
    expect(cut).toContain(0);
  });
});
