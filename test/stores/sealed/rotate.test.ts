import { describe, expect, test } from 'vitest';
import { mostUses } from '../../../src/core/data-key.ts';
import { fileKey } from '../../../src/keys/local/file-key.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { runPass } from '../../../src/stores/sealed/pass.ts';
import { addDataKey, renewMaster, tidyKeys } from '../../../src/stores/sealed/rotate.ts';
import { keyOfDocument } from '../../../src/stores/sealed/sealed-document.ts';
import { tempFolder } from '../../config/temp-folder.ts';
import { message, setting } from '../../contracts/store/fixtures.ts';
import { heldClock } from '../../fakes/clock.ts';
import { anyMaster, day, keptKeys, openSealed } from './installations.ts';

const hour = 3_600_000;
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => message(`${from + at}`.padStart(4, '0'), from + at));

/** Which keys seal the messages. */
async function keysOf(beneath: Store): Promise<(string | null)[]> {
  const found = await beneath.collection('messages').find({ limit: 1000 });
  return [...new Set(found.map(keyOfDocument))];
}

const numbers = async (beneath: Store): Promise<string[]> =>
  (await beneath.collection('keys').find({ limit: 9 })).map(({ _id }) => _id);

async function twoProcesses() {
  const clock = heldClock();
  const beneath = openMemoryStore({ clock });
  const master = anyMaster();
  const one = await openSealed({ beneath, clock, master });
  const other = await openSealed({ beneath, clock, master });
  return { clock, beneath, master, one, other };
}

const go = () => new AbortController().signal;

describe('a new data key', () => {
  test('is taken up by a running process, which seals all with it and drops the old one when nothing can need it', async () => {
    const { clock, beneath, one, other } = await twoProcesses();
    keptKeys(one);
    await one.store.collection('messages').insert(many(250));
    await clock.advance(2 * 60_000);
    await addDataKey(other);
    await clock.advance(60_000);
    expect(one.keys.inUse()).toBe('2');
    expect(await keysOf(beneath)).toEqual(['2']);
    expect(await numbers(beneath)).toEqual(['1', '2']);
    await clock.advance(hour);
    expect(await numbers(beneath)).toEqual(['2']);
    expect(await one.store.collection('messages').find({ limit: 1000 })).toHaveLength(250);
  });

  test('is found by a process that has not heard of it, when it reads', async () => {
    const { one, other } = await twoProcesses();
    await addDataKey(one);
    await one.keys.refresh();
    await one.store.collection('settings').insert([setting('a', 'new')]);
    expect((await other.store.collection('settings').get('a'))?.value).toBe('new');
    expect(other.keys.inUse()).toBe('2');
  });

  test('is used by a process that slept while it was made, before it writes anything', async () => {
    const { clock, beneath, one, other } = await twoProcesses();
    await addDataKey(one);
    await clock.advance(2 * hour);
    const settings = other.store.collection('settings');
    const answers = await Promise.all([settings.insert([setting('a', 'x')]), settings.get('a'), settings.delete('a')]);
    expect(answers).toMatchObject([['inserted'], { value: 'x' }, true]);
    await settings.insert([setting('b')]);
    expect(keyOfDocument((await beneath.collection('settings').get('b')) ?? {})).toBe('2');
  });

  test('keeps the old one as long as a document can not be opened', async () => {
    const { clock, beneath, one } = await twoProcesses();
    await one.store.collection('messages').insert(many(2));
    const [first] = await beneath.collection('messages').find({ limit: 1 });
    if (first) await beneath.collection('messages').replace({ ...first, sealed: 'p1.1.AAAA' } as never);
    await addDataKey(one);
    await clock.advance(2 * hour);
    const passing = runPass({ ...one, store: beneath }, { signal: go() });
    await clock.advance(60_000);
    expect(await passing).toMatchObject({ broken: 1, passedAt: expect.any(Number) });
    expect(await tidyKeys(beneath, { settled: true })).toMatchObject({ dropped: [] });
    expect(await keysOf(beneath)).toEqual(['1', '2']);
  });

  test('is not hurried by a process whose clock is hours ahead', async () => {
    const { clock, beneath, one, other } = await twoProcesses();
    keptKeys({ ...one, clock: { ...clock, now: () => clock.now() + 5 * hour } });
    await addDataKey(one);
    await clock.advance(hour / 2);
    expect(await keysOf(beneath)).toEqual([]);
    expect(await numbers(beneath)).toEqual(['1', '2']);
    expect(await other.store.collection('messages').insert(many(1))).toEqual(['inserted']);
    await clock.advance(hour);
    expect(await numbers(beneath)).toEqual(['2']);
    expect(await one.store.collection('messages').find({ limit: 9 })).toHaveLength(1);
  });

  test('is made by itself after its time, and after too many uses', async () => {
    const { clock, beneath, one } = await twoProcesses();
    await clock.advance(91 * day);
    keptKeys(one);
    await clock.advance(30_000);
    expect(await numbers(beneath)).toEqual(['1', '2']);
    const key = await beneath.collection('keys').get('2');
    if (key) await beneath.collection('keys').replace({ ...key, uses: mostUses });
    await clock.advance(60_000);
    expect(one.keys.inUse()).toBe('3');
  });
});

describe('a pass', () => {
  test('seals what stood there in plain text, at a bounded pace', async () => {
    const clock = heldClock();
    const beneath = openMemoryStore({ clock });
    await beneath.collection('messages').insert(many(450));
    const one = await openSealed({ beneath, clock });
    const looked: number[] = [];
    const passing = runPass({ ...one, store: beneath }, { signal: go(), onPage: pass => looked.push(pass.looked) });
    await clock.advance(50);
    expect(looked.at(-1)).toBeLessThan(450);
    await clock.advance(1000);
    expect(await passing).toMatchObject({ pass: null, broken: 0, leftovers: true });
    expect(looked.at(-1)).toBe(450);
    expect(await keysOf(beneath)).toEqual(['1']);
    expect(await one.store.collection('messages').get(many(1)[0]?._id as never)).toMatchObject({
      text: 'This is 0000.',
    });
  });

  test('goes on where it was ended', async () => {
    const clock = heldClock();
    const beneath = openMemoryStore({ clock });
    await beneath.collection('messages').insert(many(450));
    const one = await openSealed({ beneath, clock });
    const stop = new AbortController();
    const first = runPass({ ...one, store: beneath }, { signal: stop.signal });
    await clock.advance(150);
    stop.abort();
    expect(await first).toBeNull();
    const before = (await beneath.collection('keys').get('1'))?.pass;
    expect(before).toMatchObject({ collection: 'messages', after: expect.any(String) });
    const looked: number[] = [];
    const second = runPass({ ...one, store: beneath }, { signal: go(), onPage: pass => looked.push(pass.looked) });
    await clock.advance(1000);
    expect(await second).not.toBeNull();
    expect(looked[0]).toBeGreaterThan(before?.looked ?? 0);
    expect(looked.at(-1)).toBe(450);
  });

  test('may run twice at once, while documents are written', async () => {
    const { clock, beneath, one, other } = await twoProcesses();
    await beneath.collection('messages').insert(many(300));
    const parts = [one, other].map(process => ({ ...process, store: beneath }));
    const passing = Promise.all(parts.map(part => runPass(part, { signal: go() })));
    for (let round = 0; round < 20; round += 1) {
      const [read] = await other.store.collection('messages').find({ limit: 1 });
      if (read) await other.store.collection('messages').replace({ ...read, editedAt: round });
      await other.store.collection('messages').insert(many(10, 1000 + round * 10));
      await clock.advance(25);
    }
    await clock.advance(2000);
    await passing;
    expect(await keysOf(beneath)).toEqual(['1']);
    expect(await one.store.collection('messages').find({ limit: 1000 })).toHaveLength(500);
  });

  test('is taken up by a running process when the one that did it is gone', async () => {
    const { clock, beneath, one, other } = await twoProcesses();
    await beneath.collection('messages').insert(many(450));
    const stop = new AbortController();
    const first = runPass({ ...other, store: beneath }, { signal: stop.signal });
    await clock.advance(150);
    stop.abort();
    await first;
    keptKeys(one);
    await clock.advance(30_000);
    expect(await keysOf(beneath)).toEqual(['1', null]);
    await clock.advance(2 * 60_000);
    expect(await keysOf(beneath)).toEqual(['1']);
  });
});

describe('a new master key', () => {
  test('wraps all keys anew while processes run, and the old one opens nothing any more', async () => {
    const clock = heldClock();
    const beneath = openMemoryStore({ clock });
    const file = `${tempFolder()}/master.key`;
    const running = await openSealed({ beneath, clock, master: fileKey(file) });
    await running.store.collection('settings').insert([setting('a', 'kept')]);
    await addDataKey(running);
    const before = await fileKey(file).name();
    const name = await renewMaster({ store: beneath, master: fileKey(file) });
    expect(name).not.toBe(before);
    expect((await beneath.collection('keys').find({ limit: 9 })).map(({ master }) => master)).toEqual([name, name]);
    await addDataKey({ store: beneath, master: fileKey(file) });
    await running.keys.refresh();
    expect(running.keys.inUse()).toBe('3');
    const again = await openSealed({ beneath, clock, master: fileKey(file) });
    expect((await again.store.collection('settings').get('a'))?.value).toBe('kept');
  });
});
