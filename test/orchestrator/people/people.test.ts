import { expect, it } from 'vitest';
import type { MemberId } from '../../../src/core/ids.ts';
import { foreignMember } from '../../../src/core/ids.ts';
import { readInstallation } from '../../../src/orchestrator/backup/read-installation.ts';
import { mentions, renamed } from '../../../src/orchestrator/people/about-person.ts';
import { exportAll, exportPerson } from '../../../src/orchestrator/people/export-data.ts';
import { beginForgetting, endForgetting, forgetOnce } from '../../../src/orchestrator/people/forget-person.ts';
import type { Store, Stored } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { busyParley } from '../../backup/busy-parley.ts';
import { mortalStore } from '../../fakes/mortal-store.ts';

const mara = foreignMember('memory' as never, '@mara');

async function all(documents: AsyncIterable<Stored>): Promise<Stored[]> {
  const found: Stored[] = [];
  for await (const stored of documents) found.push(stored);
  return found;
}

async function busy() {
  const parley = await busyParley();
  for (let nth = 0; nth < 7; nth += 1) parley.act(nth);
  await parley.test.settle();
  return parley;
}

async function forget(store: Store, person: MemberId): Promise<void> {
  const forgetting = await beginForgetting(store, person, 'x1');
  for (let pass = 0; pass < 3; pass += 1) await forgetOnce(store, forgetting, false);
  await endForgetting(store, forgetting, 5);
}

it('an address is found as a whole, and not in a longer one', () => {
  expect(mentions({ to: ['matrix:@mara:a.org/x'] }, '@mara:a.org')).toBe(true);
  expect(mentions({ 'person:matrix:@mara:a.org': 1 }, '@mara:a.org')).toBe(true);
  expect(mentions(['@mara:a.organic', '@mara:a.org.uk'], '@mara:a.org')).toBe(false);
  expect(renamed('@mara:a.org, ask @mara:a.org.', '@mara:a.org', '@x')).toBe('@x, ask @x.');
});

it('a person gets what they said, what they could read, and what they asked for', async () => {
  const { test, rooms } = await busy();
  const found = await all(exportPerson(test.store, mara));
  const chats = new Set(found.flatMap(({ collection, document }) => (collection === 'chats' ? [document._id] : [])));
  expect([...chats].sort()).toEqual([rooms[0], rooms[1]].sort());
  const texts = found.flatMap(({ document }) => ('text' in document ? [document.text] : []));
  expect(texts).toContain('@Bruno question 3');
  expect(texts).not.toContain('@Clara question 2');
  expect(found.filter(({ collection }) => collection === 'turns').length).toBeGreaterThan(2);
  expect((await all(exportAll(test.store))).length).toBe((await all(readInstallation(test.store))).length);
});

it('what was said before a person came or after they went is not theirs', async () => {
  const { test } = await busy();
  const theo = test.bridge.person('theo');
  const room = theo.createRoom({ invite: ['@agent-ada'] });
  await test.settle();
  theo.say(room, 'before');
  theo.invite(room, '@mara');
  theo.say(room, 'while');
  test.bridge.person('mara').leave(room);
  theo.say(room, 'after');
  await test.settle();
  const found = await all(exportPerson(test.store, mara));
  const texts = found.flatMap(({ document }) => ('text' in document ? [document.text] : []));
  expect(texts).toContain('while');
  expect(texts.filter(text => text === 'before' || text === 'after')).toEqual([]);
});

it('of a forgotten person nothing is left, of the others all, and the rooms go on', async () => {
  const { test, rooms } = await busy();
  const before = await test.store.collection('messages').find({ limit: 1000 });
  await forget(test.store, mara);
  const left = await all(readInstallation(test.store));
  expect(left.filter(({ document }) => mentions(document, '@mara'))).toEqual([]);
  const messages = await test.store.collection('messages').find({ limit: 1000 });
  expect(messages.map(({ _id, order }) => [_id, order])).toEqual(before.map(({ _id, order }) => [_id, order]));
  const texts = left.map(({ document }) => JSON.stringify(document)).join('\n');
  expect(texts).toContain('@Clara question 2');
  for (const gone of ['hand over 1', 'edited 4', 'another question 5', 'Ada: ']) expect(texts).not.toContain(gone);
  expect(left).toContainEqual(
    expect.objectContaining({ document: expect.objectContaining({ what: 'PersonForgotten' }) }),
  );
  const theo = test.bridge.person('theo');
  theo.say(rooms[1] as never, '@Bruno are you there');
  await test.settle();
  expect(test.answers(rooms[1] as never).at(-1)?.text).toBe('Bruno: @Bruno are you there');
});

it('a trial changes nothing, and counts', async () => {
  const { test } = await busy();
  const before = await all(readInstallation(test.store));
  const forgetting = { person: mara, address: '@mara', standIn: '@forgotten' };
  const { touched } = await forgetOnce(test.store, forgetting, true);
  expect(touched.messages).toBeGreaterThan(3);
  expect(await all(readInstallation(test.store))).toEqual(before);
});

it('goes on where it was killed, after any write', async () => {
  const { test } = await busy();
  let killed = 0;
  for (let writes = 1; writes < 60; writes += 6) {
    const store = openMemoryStore({ clock: test.clock });
    for (const { collection, document } of await all(readInstallation(test.store)))
      await store.collection(collection).insertAsIs([document] as never);
    const mortal = mortalStore(store);
    mortal.dieAfter(writes);
    let ended = false;
    void forget(mortal.store, mara).then(() => (ended = true));
    while (!ended && !mortal.died()) await new Promise(setImmediate);
    if (!ended) killed += 1;
    await forget(store, mara);
    const left = await all(readInstallation(store));
    expect(left.filter(({ document }) => mentions(document, '@mara'))).toEqual([]);
    expect(new Set(JSON.stringify(left).match(/@forgotten-\w+/g))).toEqual(new Set(['@forgotten-x1']));
  }
  expect(killed).toBeGreaterThan(1);
});
