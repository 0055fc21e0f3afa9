import { expect, it } from 'vitest';
import { makeGap } from '../../../bridges/matrix/gap.ts';
import { makeGate } from '../../../bridges/matrix/gate.ts';
import { heldClock } from '../../fakes/clock.ts';

it('holds transactions back until a look that began after the last outage is done', async () => {
  const clock = heldClock();
  const gate = makeGate(clock);
  const looks: (() => void)[] = [];
  const gap = makeGap(gate, () => new Promise<void>(resolve => looks.push(resolve)));
  let passed = false;
  const first = gap.close();
  void gate.passed().then(() => {
    passed = true;
  });
  gap.begin();
  looks[0]?.();
  await first;
  await clock.advance(0);
  expect(passed).toBe(false);
  const second = gap.close();
  looks[1]?.();
  await second;
  await clock.advance(0);
  expect(passed).toBe(true);
});
