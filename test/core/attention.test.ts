import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPriority, priorityOf, termsOf, type Waiting } from '../../src/core/attention.ts';
import type { ChatId, TurnId } from '../../src/core/ids.ts';

const minute = 60_000;
const weights = { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 };

const waiting = (turn: string, given: Partial<Waiting> = {}): Waiting => ({
  turn: turn as TurnId,
  dialogue: 'memory:!1' as ChatId,
  mention: false,
  directMessage: false,
  deadline: null,
  lastInteraction: null,
  waitingSince: 0,
  ...given,
});

describe('attention', () => {
  it('takes a direct message before a mention, and a mention before a room that is read along', () => {
    const all = [waiting('a'), waiting('b', { mention: true }), waiting('c', { directMessage: true })];
    expect(byPriority(all, weights, 0).map(one => one.turn)).toEqual(['c', 'b', 'a']);
  });

  it('goes on with a dialogue that it is in the middle of, for ten minutes', () => {
    const spoke = (ago: number) =>
      termsOf(waiting('a', { waitingSince: 60 * minute, lastInteraction: 60 * minute - ago }), 60 * minute);
    expect(spoke(0).relationship).toBe(1);
    expect(spoke(5 * minute).relationship).toBe(0.5);
    expect(spoke(11 * minute).relationship).toBe(0);
  });

  it('gives a deadline more weight the nearer it comes, and no more than its weight after it', () => {
    const due = (now: number) => termsOf(waiting('a', { deadline: 120 * minute }), now).deadline;
    expect([due(0), due(90 * minute), due(120 * minute), due(500 * minute)]).toEqual([0, 0.5, 1, 1]);
  });

  it('keeps those of equal priority in the order in which they came', () => {
    const all = [
      waiting('b', { waitingSince: 2 }),
      waiting('c', { waitingSince: 2 }),
      waiting('a', { waitingSince: 1 }),
    ];
    expect(byPriority(all, { ...weights, waiting: 0 }, 10).map(one => one.turn)).toEqual(['a', 'b', 'c']);
  });

  it('lets nobody wait for ever, however many others with more weight keep coming', () => {
    const kind = fc.record({
      mention: fc.boolean(),
      directMessage: fc.boolean(),
      gap: fc.integer({ min: 1, max: minute }),
    });
    fc.assert(
      fc.property(fc.array(kind, { minLength: 40, maxLength: 200 }), arrivals => {
        const patient = waiting('patient');
        let now = 0;
        let line = [patient];
        for (const [index, { gap, ...terms }] of arrivals.entries()) {
          now += gap;
          line.push(waiting(`t${index}`, { ...terms, waitingSince: now }));
          const [next] = byPriority(line, weights, now);
          line = line.filter(one => one !== next);
          // What outweighs it can have arrived only as long as waiting has not caught up with the sum of the weights.
          if (line.includes(patient)) expect(now).toBeLessThanOrEqual(13 * minute);
          else return;
        }
      }),
    );
  });

  it('rises with waiting alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (since, more) => {
        const one = waiting('a', { waitingSince: since });
        expect(priorityOf(one, weights, since + more)).toBeGreaterThan(priorityOf(one, weights, since));
      }),
    );
  });
});
