import { expect, it } from 'vitest';
import { documentsVersion } from '../../../src/backup/format.ts';
import type { Document } from '../../../src/core/document.ts';
import type { Setting } from '../../../src/core/setting.ts';
import { type Migration, migrations } from '../../../src/orchestrator/migrate/migrations.ts';
import { pendingMigrations, runMigrations } from '../../../src/orchestrator/migrate/run-migrations.ts';
import { versionOf } from '../../../src/orchestrator/migrate/store-marks.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { ill, setting } from '../../contracts/store/fixtures.ts';
import { heldClock } from '../../fakes/clock.ts';

const doubled = (document: Document): Document | null => {
  const { value } = document as Setting;
  return value.includes('!') || !document._id.startsWith('row')
    ? null
    : ill({ ...document, value: `${value}${value}!` });
};
const double: Migration = { what: 'rows are doubled', collection: 'settings', change: doubled };
const nothing: Migration = { what: 'nothing changes', collection: 'agents', change: () => null };
const steps = [double, nothing];
const rows = Array.from({ length: 450 }, (_, at) => setting(`row${1000 + at}`, `${at}`));

async function filled(): Promise<Store> {
  const store = openMemoryStore({ clock: heldClock() });
  await store.collection('agents').insert([ill({ _id: 'ada', status: 'idle' })]);
  await store.collection('settings').insert(rows);
  return store;
}

const valuesOf = async (store: Store): Promise<string[]> => {
  const where = { _id: { above: 'row', below: 'rox' } };
  return (await store.collection('settings').find({ where, limit: 1000 })).map(({ value }) => value);
};
const wanted = rows.map(({ value }) => `${value}${value}!`);

it('gives an empty store the newest version, and leaves nothing to do', async () => {
  const store = openMemoryStore({ clock: heldClock() });
  await runMigrations(store, { steps });
  expect(await versionOf(store)).toBe(3);
  expect(await pendingMigrations(store, steps)).toEqual([]);
});

it('changes all documents once, and tells how far it is', async () => {
  const store = await filled();
  expect(await pendingMigrations(store, steps)).toEqual(steps);
  const told: number[] = [];
  await runMigrations(store, { steps, onPage: ({ looked }) => told.push(looked) });
  await runMigrations(store, { steps });
  expect(await valuesOf(store)).toEqual(wanted);
  expect(told[0]).toBe(200);
  expect(await versionOf(store)).toBe(3);
});

it('goes on after being ended between any two pages', async () => {
  const store = await filled();
  for (let ends = 0; ends < 20; ends++) {
    const ending = new AbortController();
    await runMigrations(store, { steps, onPage: () => ending.abort(), signal: ending.signal }).catch(() => undefined);
  }
  expect(await valuesOf(store)).toEqual(wanted);
  expect(await versionOf(store)).toBe(3);
});

it('ends at the same when it is killed at any write', async () => {
  for (let at = 1; at < 460; at += 37) {
    const store = await filled();
    await expect(runMigrations(dyingAt(store, at), { steps })).rejects.toThrow('killed');
    await runMigrations(store, { steps });
    expect(await valuesOf(store)).toEqual(wanted);
  }
});

it('may be run by several processes at once, while others write what is old', async () => {
  const store = await filled();
  let added = false;
  const onPage = () => {
    if (!added) void store.collection('settings').insert([setting('row0000', 'x')]);
    added = true;
  };
  await Promise.all([1, 2, 3].map(() => runMigrations(store, { steps, onPage })));
  expect(await valuesOf(store)).toEqual(['xx!', ...wanted]);
});

it('refuses documents of a newer version', async () => {
  const store = await filled();
  await runMigrations(store, { steps });
  await expect(pendingMigrations(store, [])).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  await expect(runMigrations(store, { steps: [] })).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
});

/** The store of a process that is killed right after its n-th replacement. */
function dyingAt(store: Store, last: number): Store {
  let made = 0;
  return {
    ...store,
    collection(name) {
      const inner = store.collection(name);
      return {
        ...inner,
        async replace(document, outlives) {
          if (made >= last) throw new Error('killed');
          made += 1;
          return inner.replace(document, outlives);
        },
      };
    },
  };
}

it('raises the version that backups have', () => {
  expect(documentsVersion).toBe(migrations.length + 1);
});
