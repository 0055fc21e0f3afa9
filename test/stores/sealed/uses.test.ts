import { expect, test } from 'vitest';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { countUses } from '../../../src/stores/sealed/uses.ts';
import { heldClock } from '../../fakes/clock.ts';
import { openSealed } from './installations.ts';

test('the uses of a key are counted in lots, over all processes, and none is told twice', async () => {
  const clock = heldClock();
  const { beneath } = await openSealed({ beneath: openMemoryStore({ clock }), clock });
  const told = async () => (await beneath.collection('keys').get('1'))?.uses;
  const processes = [countUses(beneath), countUses(beneath)];
  for (const { count } of processes) for (let use = 0; use < 70_000; use += 1) count();
  await Promise.all(processes.map(({ report }) => report('1')));
  // One of the two was slower, and tells it the next time.
  for (const { report } of processes) await report('1');
  expect(await told()).toBe(140_000);
  for (const { count } of processes) count();
  for (const { report } of processes) await report('1');
  expect(await told()).toBe(140_000);
});
