import { channel } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { fileKey } from '../../../src/keys/local/file-key.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { runPass } from '../../../src/stores/sealed/pass.ts';
import { addDataKey, renewMaster, tidyKeys } from '../../../src/stores/sealed/rotate.ts';
import { keyOfDocument } from '../../../src/stores/sealed/sealed-document.ts';
import { openOrMakeKeyring, sealedStore } from '../../../src/stores/sealed/store.ts';
import { tempFolder } from '../../config/temp-folder.ts';
import { message } from '../../contracts/store/fixtures.ts';
import { mortalStore } from '../../fakes/mortal-store.ts';

const drafts = Array.from({ length: 230 }, (_, at) => message(`${at}`.padStart(3, '0'), at));
const texts = drafts.map(draft => ('text' in draft ? draft.text : ''));

/** Time does not matter here: what waits goes on at once. */
function hurriedClock(): Clock {
  return {
    now: () => Date.UTC(2026, 0, 1),
    after(_, run) {
      const timer = setImmediate(run);
      return () => clearImmediate(timer);
    },
  };
}

interface Place {
  readonly store: Store;
  readonly file: string;
  readonly clock: Clock;
}

/** Everything that is done to keys, one after the other. */
async function everything({ store, file, clock }: Place): Promise<void> {
  const master = fileKey(file);
  const keys = await openOrMakeKeyring({ store, master, clock });
  const parts = { store, keys, clock };
  await runPass(parts, { signal: new AbortController().signal });
  await tidyKeys(store, { settled: true });
  await addDataKey({ store, master });
  await renewMaster({ store, master });
  await runPass(parts, { signal: new AbortController().signal });
  await tidyKeys(store, { settled: true });
}

async function readTexts({ store, file, clock }: Place): Promise<string[]> {
  const keys = await openOrMakeKeyring({ store, master: fileKey(file), clock });
  const found = await sealedStore(store, keys).collection('messages').find({ limit: 1000 });
  return found.map(one => ('text' in one ? one.text : ''));
}

/** A store of before, with what a process that dies does to it. */
async function plainPlace(): Promise<Place> {
  const clock = hurriedClock();
  const store = openMemoryStore({ clock });
  await store.collection('messages').insert(drafts);
  return { store, file: `${tempFolder()}/master.key`, clock };
}

async function untilDead(work: Promise<unknown>, died: () => boolean): Promise<void> {
  let ended = false;
  void work.finally(() => (ended = true)).catch(() => undefined);
  while (!ended && !died()) await new Promise(resolve => setImmediate(resolve));
  // What the dead process had begun at the same moment comes to its end, or never will.
  for (let turn = 0; turn < 3; turn += 1) await new Promise(resolve => setImmediate(resolve));
}

/** Does it all again, as the next start does, and looks that everything is there and sealed with one key. */
async function expectWhole(place: Place): Promise<void> {
  if (existsSync(place.file)) expect(await readTexts(place)).toEqual(texts);
  await everything(place);
  expect(await readTexts(place)).toEqual(texts);
  const ids = (await place.store.collection('keys').find({ limit: 9 })).map(({ _id }) => _id);
  expect(ids).toHaveLength(1);
  const found = await place.store.collection('messages').find({ limit: 1000 });
  expect(new Set(found.map(keyOfDocument))).toEqual(new Set(ids));
}

test('killed after any write, nothing is lost, and all comes to its end', async () => {
  for (let writes = 1; ; writes = writes < 20 ? writes + 1 : Math.ceil(writes * 1.15)) {
    const place = await plainPlace();
    const mortal = mortalStore(place.store);
    mortal.dieAfter(writes);
    await untilDead(everything({ ...place, store: mortal.store }), mortal.died);
    if (!mortal.died()) return;
    await expectWhole(place);
  }
}, 60_000);

test('killed at any named step, nothing is lost, and all comes to its end', async () => {
  const steps = channel('parley:step');
  for (let at = 1; ; at += 1) {
    const place = await plainPlace();
    const mortal = mortalStore(place.store);
    let seen = 0;
    const die = (): void => {
      seen += 1;
      // Nothing that comes behind the step is done: neither a write nor what follows from it.
      if (seen === at) {
        mortal.dieAfter(0);
        throw new Error('killed');
      }
    };
    const original = channel('parley:step').publish;
    steps.subscribe(noop);
    steps.publish = die as typeof steps.publish;
    const restore = (): void => {
      steps.publish = original;
      steps.unsubscribe(noop);
    };
    onTestFinished(restore);
    await untilDead(everything({ ...place, store: mortal.store }), mortal.died);
    restore();
    if (seen < at) return expect(at).toBeGreaterThan(20);
    await expectWhole(place);
  }
}, 60_000);

const noop = (): void => undefined;
