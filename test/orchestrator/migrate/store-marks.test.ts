import { expect, it } from 'vitest';
import { claimStore, ownerOf } from '../../../src/orchestrator/migrate/store-marks.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';

const emptyStore = () => openMemoryStore({ clock: heldClock() });

it('a store belongs to who came first, whose processes may all open it', async () => {
  const store = emptyStore();
  expect(await ownerOf(store)).toBeNull();
  await claimStore(store, 'example.org');
  await claimStore(store, 'example.org');
  await expect(claimStore(store, 'other.org')).rejects.toMatchObject({
    code: 'STORE_OF_ANOTHER',
    message: expect.stringContaining('belongs to the installation example.org'),
  });
  expect(await ownerOf(store)).toBe('example.org');
  await claimStore(store, 'example.org');
});

it('of two that come at once, never both get it', async () => {
  const store = emptyStore();
  const results = await Promise.allSettled([claimStore(store, 'a'), claimStore(store, 'b')]);
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
});

it('can be taken over on purpose', async () => {
  const store = emptyStore();
  await claimStore(store, 'old.org');
  await claimStore(store, 'new.org', true);
  expect(await ownerOf(store)).toBe('new.org');
  await expect(claimStore(store, 'old.org')).rejects.toMatchObject({ code: 'STORE_OF_ANOTHER' });
});
