import { expect, it } from 'vitest';
import { memorySandbox } from '../../../sandboxes/memory/sandbox.ts';
import { ParleyError } from '../../../src/core/errors.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { lookAfterWorkspaces } from '../../../src/tasks/workspace/look-after.ts';
import { heldClock } from '../../fakes/clock.ts';
import { silentLog } from '../../fakes/log.ts';

it('what no process holds is reaped at the start, and every ten minutes, also where no workspace is kept and when the engine was away meanwhile', async () => {
  const clock = heldClock();
  const memory = memorySandbox({ clock });
  const reaped: number[] = [];
  let isThere = true;
  const sandbox = {
    ...memory,
    async reap() {
      if (!isThere) throw new ParleyError('SANDBOX_MISSING', 'No engine answers.');
      return reaped.push(clock.now() / 60_000);
    },
  };
  const ages = { archiveMs: 1e12, removeMs: 1e12 };
  const begun = clock.now() / 60_000;
  const end = lookAfterWorkspaces({ sandbox, store: openMemoryStore({ clock }), clock, log: silentLog, ages });
  await clock.advance(0);
  isThere = false;
  await clock.advance(10 * 60_000);
  isThere = true;
  await clock.advance(20 * 60_000);
  end();
  await clock.advance(60 * 60_000);
  expect(reaped.map(at => at - begun)).toEqual([0, 20, 30]);
});
