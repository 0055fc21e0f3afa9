import { expect, it } from 'vitest';
import { controls } from './controls.ts';
import { verdict } from './report.ts';

const doubled = [{ kind: 'doubled', room: '!a', what: 'an answer' }] as const;

it('calls a run without faults good', () => {
  expect(verdict({ faults: [], control: undefined, unplayed: 0 })[0]).toBe(true);
});

it('calls a run that was broken off no good one, and says how many rounds are missing', () => {
  const [isGood, words] = verdict({ faults: [], control: undefined, unplayed: 13 });
  expect(isGood).toBe(false);
  expect(words).toContain('13 rounds were not played');
});

it('calls a control good that found what it has to find, and no other one', () => {
  const control = controls['random-ids'];
  expect(verdict({ faults: doubled, control, unplayed: 0 })[0]).toBe(true);
  expect(verdict({ faults: [], control, unplayed: 0 })[0]).toBe(false);
  expect(verdict({ faults: doubled, control: controls['no-takeover'], unplayed: 0 })[0]).toBe(false);
});
