import { expect, it } from 'vitest';
import { copyStore } from '../../../src/compose/copy-store.ts';
import { readInstallation } from '../../../src/orchestrator/backup/read-installation.ts';
import { storeIdOf } from '../../../src/orchestrator/migrate/store-id.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';

const emptyStore = () => openMemoryStore({ clock: heldClock() });

it('a store has one id, which is drawn when it is first asked for', async () => {
  const store = emptyStore();
  expect(await storeIdOf(store, () => 'first')).toBe('first');
  expect(await storeIdOf(store, () => 'second')).toBe('first');
});

it('is in no copy and in no backup: each has an id of its own', async () => {
  const [from, to] = [emptyStore(), emptyStore()];
  await storeIdOf(from, () => 'original');
  await copyStore(from, to, { source: 'sqlite of example.org', now: heldClock().now });
  expect(await storeIdOf(to, () => 'copy')).toBe('copy');
  for await (const { document } of readInstallation(from)) expect(document._id).toBe('nothing else');
});
