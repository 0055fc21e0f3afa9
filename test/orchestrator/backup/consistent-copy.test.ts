import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { copiedCollections, readInstallation } from '../../../src/orchestrator/backup/read-installation.ts';
import type { Collection, Store } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { openSqliteStore } from '../../../src/stores/sqlite/store.ts';
import {
  answerAll,
  type BusyParley,
  busyParley,
  dice,
  tempFolder,
  unmerged,
  wronglyAnswered,
} from '../../backup/busy-parley.ts';
import { heldClock } from '../../fakes/clock.ts';
import { testParley } from '../../fakes/installation.ts';

/** Copies document by document while people talk and agents answer. */
async function copyWhileBusy(busy: BusyParley, seed: number, order = copiedCollections): Promise<Store> {
  const roll = dice(seed);
  const copy = openMemoryStore({ clock: busy.test.clock });
  const page = 1 + Math.floor(roll() * 4);
  let nth = Math.floor(roll() * 100);
  const goOn = async (): Promise<void> => {
    nth += 1;
    if (roll() < 0.3) busy.act(nth);
    for (let turns = Math.floor(roll() * 12); turns > 0; turns -= 1) await nextTurn();
  };
  for (let before = 0; before < 20; before += 1) await goOn();
  for await (const { collection, document } of readInstallation(busy.test.store, { page, order })) {
    await (copy.collection(collection) as unknown as Collection<typeof document>).insertAsIs([document]);
    if (roll() < 0.25) await goOn();
  }
  return copy;
}

/** The installation that was copied is lost; the copy goes on with the same chat network. */
async function goOnFrom(copy: Store, busy: BusyParley): Promise<void> {
  const { bridge, clock, settle, crash } = busy.test;
  await crash();
  const restored = await testParley({ bridge, clock, store: copy, settings: unmerged });
  answerAll(restored);
  // As the network's bridge does when it starts: what was delivered to the lost one will not come again.
  bridge.network.outbound.lose(() => undefined);
  for (let nth = 0; nth < 7; nth += 1) busy.act(nth);
  await settle();
  await clock.advance(61_000);
  await settle();
}

async function unfinished(store: Store): Promise<string[]> {
  const turns = await store
    .collection('turns')
    .find({ where: { state: { in: ['queued', 'running', 'replied'] } }, limit: 1000 });
  const floors = await store.collection('speaker_queues').find({ limit: 1000 });
  const waiting = floors.filter(({ currentSpeaker, queue }) => currentSpeaker !== null || queue.length > 0);
  return [...turns, ...waiting].map(({ _id }) => _id);
}

/** What floors and turns of a copy say that there is, and what is not there. */
async function claimedButMissing(copy: Store): Promise<string[]> {
  const messages = await copy.collection('messages').find({ limit: 1000 });
  const lines = new Set(messages.map(({ chat, order }) => `${chat} ${order}`));
  const ids = new Set<string>(messages.map(({ _id }) => _id));
  const turns = await copy.collection('turns').find({ limit: 1000 });
  const floors = await copy.collection('speaker_queues').find({ limit: 1000 });
  const handled = floors.flatMap(({ _id, handledThrough }) =>
    Array.from({ length: handledThrough }, (_, index) => `${_id} ${index + 1}`),
  );
  const sent = turns.flatMap(({ parts }) => parts.flatMap(({ externalId }) => externalId ?? []));
  return [...handled.filter(line => !lines.has(line)), ...sent.filter(id => !ids.has(`memory:${id}`))];
}

it('a copy that was made while Parley worked goes on without a lost or doubled answer', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const busy = await busyParley();
    const copy = await copyWhileBusy(busy, seed);
    expect(await claimedButMissing(copy), `seed ${seed}`).toEqual([]);
    if (seed % 2 === 0) await busy.test.settle();
    await goOnFrom(copy, busy);
    expect(wronglyAnswered(busy), `seed ${seed}`).toEqual([]);
    expect(await unfinished(copy), `seed ${seed}`).toEqual([]);
  }
});

it('so does one of a SQLite store', async () => {
  for (let seed = 101; seed <= 106; seed += 1) {
    const clock = heldClock();
    const store = openSqliteStore({ path: join(tempFolder(), 'parley.db'), clock });
    const busy = await busyParley({ store, clock });
    await goOnFrom(await copyWhileBusy(busy, seed), busy);
    expect(wronglyAnswered(busy), `seed ${seed}`).toEqual([]);
    await store.close();
  }
});

it('a copy in the opposite order claims what is not in it: the order is what does it', async () => {
  const missing: string[] = [];
  for (let seed = 1; seed <= 10; seed += 1) {
    const busy = await busyParley();
    missing.push(...(await claimedButMissing(await copyWhileBusy(busy, seed, copiedCollections.toReversed()))));
    await busy.test.crash();
  }
  expect(missing).not.toEqual([]);
});
