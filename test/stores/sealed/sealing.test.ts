import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/core/document.ts';
import type { CollectionName, Store } from '../../../src/ports/store.ts';
import { indexes } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { sealedCollections } from '../../../src/stores/sealed/what-is-sealed.ts';
import { ill, message, setting } from '../../contracts/store/fixtures.ts';
import { heldClock } from '../../fakes/clock.ts';
import { anyMaster, openSealed } from './installations.ts';

const clock = heldClock();
const openAll = () => openSealed({ beneath: openMemoryStore({ clock }), clock });

/** A document as whoever has the database sees it. */
const stored = async (beneath: Store, name: CollectionName): Promise<Record<string, unknown>> =>
  ill((await beneath.collection(name).find({ limit: 1 }))[0]);

async function change(beneath: Store, name: CollectionName, fields: object): Promise<void> {
  const document = await stored(beneath, name);
  await beneath.collection(name).replace(ill({ ...document, ...fields }));
}

describe('what is stored', () => {
  test('of a message only ids and what is looked for can be read', async () => {
    const { store, beneath } = await openAll();
    await store.collection('messages').insert([message('a', 1)]);
    const { sealed, ...plain } = await stored(beneath, 'messages');
    expect(sealed).toMatch(/^p1\.1\.[\w+/]+=*$/);
    expect(Object.keys(plain).sort()).toEqual(['_id', 'chat', 'createdAt', 'order', 'tenant', 'updatedAt', 'version']);
  });

  test('every collection but the keys is sealed, also a field that nobody has heard of', async () => {
    const { store, beneath } = await openAll();
    expect(sealedCollections).toEqual(Object.keys(indexes).filter(name => name !== 'keys'));
    for (const name of sealedCollections) {
      await store.collection(name).insert([ill({ _id: 'a', unheardOf: 'the cat is out' })]);
      expect(JSON.stringify(await stored(beneath, name)), name).not.toMatch(/unheardOf|cat/);
      expect(await store.collection(name).get(ill('a')), name).toMatchObject({ unheardOf: 'the cat is out' });
    }
  });

  test('the same text is never sealed the same way', async () => {
    const { store, beneath } = await openAll();
    await store.collection('settings').insert([setting('a', 'x'), setting('b', 'x')]);
    const boxes = (await beneath.collection('settings').find({ limit: 9 })).map(
      one => ill<{ sealed: string }>(one).sealed,
    );
    expect(boxes[0]?.slice(0, 20)).not.toBe(boxes[1]?.slice(0, 20));
  });

  test('a field that is called like the box is kept', async () => {
    const { store } = await openAll();
    await store.collection('settings').insert([ill({ _id: 'a', value: 'x', sealed: 'p1.1.mine' })]);
    expect(await store.collection('settings').get('a')).toMatchObject({ value: 'x', sealed: 'p1.1.mine' });
  });
});

describe('what was changed by somebody else', () => {
  const broken = { code: 'SEAL_BROKEN' };

  test('does not open in another place', async () => {
    const { store, beneath } = await openAll();
    await store.collection('settings').insert([setting('a', 'mine')]);
    const { sealed } = await stored(beneath, 'settings');
    await beneath.collection('settings').insert([ill({ _id: 'b', sealed })]);
    await beneath.collection('budget_limits').insert([ill({ _id: 'a', sealed })]);
    await expect(store.collection('settings').get('b')).rejects.toMatchObject(broken);
    await expect(store.collection('budget_limits').get('a')).rejects.toMatchObject(broken);
    expect((await store.collection('settings').get('a'))?.value).toBe('mine');
  });

  test.each([
    [
      'a turned letter',
      (sealed: string) => sealed.replace(/.(.{20})$/, (_, rest) => `${sealed.at(-21) === 'A' ? 'B' : 'A'}${rest}`),
    ],
    ['a cut end', (sealed: string) => sealed.slice(0, -8)],
    ['nothing', () => 'p1.1.'],
    ['another key', (sealed: string) => sealed.replace('p1.1.', 'p1.7.')],
    ['a name of JavaScript', (sealed: string) => sealed.replace('p1.1.', 'p1.__proto__.')],
  ])('is told: %s', async (_, turn) => {
    const { store, beneath } = await openAll();
    await store.collection('settings').insert([setting('a')]);
    const { sealed } = await stored(beneath, 'settings');
    await change(beneath, 'settings', { sealed: turn(String(sealed)) });
    await expect(store.collection('settings').get('a')).rejects.toMatchObject(broken);
    await expect(store.collection('settings').find({ limit: 1 })).rejects.toMatchObject(broken);
  });
});

describe('opening', () => {
  test('with another master key is refused, and nothing is written', async () => {
    const { store, beneath } = await openAll();
    await store.collection('settings').insert([setting('a')]);
    const before = JSON.stringify(await beneath.collection('keys').find({ limit: 9 }));
    await expect(openSealed({ beneath, clock, master: anyMaster() })).rejects.toMatchObject({ code: 'KEY_WRONG' });
    expect(JSON.stringify(await beneath.collection('keys').find({ limit: 9 }))).toBe(before);
  });

  test('a store that lost its keys is refused, and gets no new ones', async () => {
    const { store, beneath, master } = await openAll();
    await store.collection('settings').insert([setting('a')]);
    await beneath.collection('keys').delete('1');
    await expect(openSealed({ beneath, clock, master })).rejects.toMatchObject({ code: 'KEY_MISSING' });
    expect(await beneath.collection('keys').find({ limit: 9 })).toEqual([]);
  });

  test('by many processes at once makes one key', async () => {
    const [beneath, master] = [openMemoryStore({ clock }), anyMaster()];
    const all = await Promise.all(Array.from({ length: 8 }, () => openSealed({ beneath, clock, master })));
    expect(await beneath.collection('keys').find({ limit: 9 })).toHaveLength(1);
    await all[0]?.store.collection('settings').insert([setting('a', 'shared')]);
    for (const { store } of all) expect((await store.collection('settings').get('a'))?.value).toBe('shared');
  });

  test('takes plain documents from before as they are, and seals what is written', async () => {
    const beneath = openMemoryStore({ clock });
    await beneath.collection('messages').insert([message('a', 1)]);
    const { store } = await openSealed({ beneath, clock });
    const read = await store.collection('messages').get(message('a', 1)._id);
    expect(read).toMatchObject({ text: 'This is a.', version: 1 } satisfies Partial<Document & { text: string }>);
    if (read !== null) await store.collection('messages').replace(read);
    expect(JSON.stringify(await stored(beneath, 'messages'))).not.toContain('This is a.');
  });
});
