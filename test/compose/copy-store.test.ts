import { expect, it } from 'vitest';
import { copyStore } from '../../src/compose/copy-store.ts';
import { digestOf } from '../../src/compose/digest.ts';
import { refuseHalfRestored } from '../../src/orchestrator/backup/fill-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { message, setting, turn } from '../contracts/store/fixtures.ts';
import { heldClock } from '../fakes/clock.ts';

const emptyStore = (): Store => openMemoryStore({ clock: heldClock() });
const source = 'sqlite of example.org';
const { now } = heldClock();

async function filled(): Promise<Store> {
  const store = emptyStore();
  await store.collection('messages').insert(Array.from({ length: 1200 }, (_, at) => message(`${at}`, at)));
  await store.collection('turns').insert([turn('a', 'done'), turn('b', 'queued')]);
  await store.collection('settings').insert([setting('\ud800'), setting('b')]);
  const read = await store.collection('settings').get('b');
  if (read) await store.collection('settings').replace({ ...read, value: 'two' });
  return store;
}

it('copies everything as it stands, and says what there is', async () => {
  const [from, to] = [await filled(), emptyStore()];
  const counts: number[] = [];
  const summary = await copyStore(from, to, { source, now, onProgress: count => counts.push(count) });
  expect(summary.messages.count).toBe(1200);
  expect(counts.at(-1)).toBe(1204);
  expect(await digestOf(to)).toEqual(await digestOf(from));
  expect(await to.collection('settings').get('b')).toMatchObject({ value: 'two', version: 2 });
});

it('goes on where it was broken off, with what has changed and gone since', async () => {
  const [from, to] = [await filled(), emptyStore()];
  const ending = new AbortController();
  const onProgress = (count: number): void => void (count >= 700 && ending.abort());
  await expect(copyStore(from, to, { source, now, onProgress, signal: ending.signal })).rejects.toThrow();
  await expect(refuseHalfRestored(to)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' });

  const first = await from.collection('messages').get(message('0', 0)._id);
  if (first) await from.collection('messages').replace({ ...first, order: 99_999 });
  await from.collection('messages').delete(message('1', 1)._id);
  await copyStore(from, to, { source, now });
  expect(await digestOf(to)).toEqual(await digestOf(from));
  await refuseHalfRestored(to);
});

it('refuses a store that holds something else', async () => {
  const [from, to] = [await filled(), emptyStore()];
  await to.collection('settings').insert([setting('mine')]);
  await expect(copyStore(from, to, { source, now })).rejects.toMatchObject({ code: 'COPY_REFUSED' });
  expect(await to.collection('messages').find({ limit: 1 })).toEqual([]);
});

it('sees that somebody wrote meanwhile, and is complete the next time', async () => {
  const [from, to] = [await filled(), emptyStore()];
  const onStep = (at: string): void => void (at === 'verify' && from.collection('settings').insert([setting('late')]));
  await expect(copyStore(from, to, { source, now, onStep })).rejects.toMatchObject({ code: 'COPY_REFUSED' });
  await copyStore(from, to, { source, now });
  expect(await digestOf(to)).toEqual(await digestOf(from));
});

it('follows what is written while it copies, and asks for quiet only when little is left', async () => {
  const [from, to] = [await filled(), emptyStore()];
  const settings = from.collection('settings');
  const steps: string[] = [];
  let late = 0;
  const writes = async (): Promise<void> => {
    late += 1;
    await settings.insert([setting(`late ${late}`)]);
    const known = await settings.get('b');
    if (known) await settings.replace({ ...known, value: `changed ${late} times` });
    if (late > 1) await settings.delete(setting(`late ${late - 1}`)._id);
  };
  const underWay: Promise<void>[] = [];
  await copyStore(from, to, {
    source,
    now,
    onStep(step) {
      steps.push(step);
      if (step === 'follow') underWay.push(writes());
    },
    async settle() {
      await writes();
      await Promise.all(underWay);
    },
    onVerified: () => expect(refuseHalfRestored(to)).rejects.toMatchObject({ code: 'RESTORE_REFUSED' }),
  });
  expect(steps).toEqual(['write', 'follow', 'settle', 'verify']);
  expect(await to.collection('settings').get('b')).toMatchObject({ value: 'changed 2 times' });
  expect(await to.collection('settings').get(setting('late 1')._id)).toBeNull();
  expect(await digestOf(to)).toEqual(await digestOf(from));
  await refuseHalfRestored(to);
});
