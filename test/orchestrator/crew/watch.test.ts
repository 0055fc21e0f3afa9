import { expect, it } from 'vitest';
import { processId } from '../../../src/core/ids.ts';
import { watch } from '../../../src/orchestrator/crew/watch.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';

it('many who ask at once whether a process is gone ask the store once', async () => {
  const clock = heldClock();
  const processes = openMemoryStore({ clock }).collection('processes');
  const id = processId('a');
  await processes.insert([{ _id: id, role: 'all', host: 'here', pid: 1, startedAt: clock.now(), state: 'gone' }]);
  let asked = 0;
  const get: typeof processes.get = one => {
    asked += 1;
    return processes.get(one);
  };
  const others = watch({ ...processes, get }, clock.now);
  const answers = await Promise.all(Array.from({ length: 100 }, () => others.isGone(id)));
  expect([new Set(answers), asked]).toEqual([new Set([true]), 1]);
  expect([await others.isGone(id), asked]).toEqual([true, 2]);
});
