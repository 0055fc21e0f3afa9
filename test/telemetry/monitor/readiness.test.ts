import { expect, it } from 'vitest';
import { readiness } from '../../../src/telemetry/monitor/readiness.ts';
import { heldClock } from '../../fakes/clock.ts';

const gone = () => Promise.reject(new Error('gone'));

it('is not ready without a part that is needed, and is without one that is not', async () => {
  const check = readiness(heldClock());
  check.began([
    { name: 'store', check: async () => 'answers' },
    { name: 'redis', check: gone, needed: false },
  ]);
  expect(await check.check()).toMatchObject({ ready: true, parts: [{ ok: true }, { ok: false, detail: 'gone' }] });
  check.began([{ name: 'store', check: gone }]);
  expect(await check.check()).toMatchObject({ ready: false });
});
