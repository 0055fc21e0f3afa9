import { expect, it } from 'vitest';
import { backOff } from '../../src/limits/back-off.ts';
import { heldClock } from '../fakes/clock.ts';
import { linkedSignals } from '../fakes/linked-signals.ts';

const minute = 60_000;

function processes() {
  const clock = heldClock();
  const [one, other] = linkedSignals(2).map(signals => backOff({ server: 'homeserver', clock, signals }));
  if (one === undefined || other === undefined) throw new Error('There are two.');
  return { clock, one, other };
}

it('a server that asks to be left alone is left alone by all processes, until the longest that it asked for is over', async () => {
  const { clock, one, other } = processes();
  one.asked('ada', 3_000);
  other.asked('ada', 1_000);
  expect([one.left('ada'), other.left('ada')]).toEqual([3_000, 3_000]);
  await clock.advance(2_999);
  expect([one.left('ada'), other.left('ada')]).toEqual([1, 1]);
  await clock.advance(1);
  expect([one.left('ada'), other.left('ada')]).toEqual([0, 0]);
});

it('nobody else waits, at that server or another', () => {
  const clock = heldClock();
  const [first, second] = linkedSignals(2);
  if (first === undefined || second === undefined) throw new Error('There are two.');
  const homeserver = backOff({ server: 'homeserver', clock, signals: first });
  const another = backOff({ server: 'another', clock, signals: second });
  homeserver.asked('ada', minute);
  expect([homeserver.left('bruno'), another.left('ada')]).toEqual([0, 0]);
});

it('nobody is believed to want more than an hour', () => {
  const { one } = processes();
  one.asked('ada', 24 * 60 * minute);
  expect(one.left('ada')).toBe(60 * minute);
});
