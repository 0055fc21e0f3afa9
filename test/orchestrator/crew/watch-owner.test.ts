import { expect, it } from 'vitest';
import { watchOwner } from '../../../src/orchestrator/crew/watch-owner.ts';
import { claimStore } from '../../../src/orchestrator/migrate/store-marks.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { silentLog } from '../../fakes/log.ts';

it('a process whose store is taken over by another installation ends within seconds', async () => {
  const clock = heldClock();
  const store = openMemoryStore({ clock });
  await claimStore(store, 'ours');
  let lost = 0;
  const onLost = (): void => void lost++;
  const end = watchOwner({ store, installation: 'ours', clock, log: silentLog, onLost });
  await clock.advance(60_000);
  expect(lost).toBe(0);
  await claimStore(store, 'theirs', true);
  await clock.advance(60_000);
  expect(lost).toBe(1);
  end();
});
