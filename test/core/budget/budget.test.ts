import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Amount } from '../../../src/core/budget/amount.ts';
import {
  type Budget,
  emptyBudget,
  maxReservations,
  noteIfNear,
  noteSaid,
  release,
  reserve,
  reservedIn,
  settle,
  takenFrom,
} from '../../../src/core/budget/budget.ts';
import { installationBudget, type Limit, limitOf, noLimit, shareOf } from '../../../src/core/budget/limit.ts';
import { agentId, bridgeName, chatId, foreignMember, type TurnId } from '../../../src/core/ids.ts';
import { noBudgets } from '../../fakes/installation.ts';

const tokens = (count: number): Amount => ({ tokens: count, money: 0 });
const limited = (count: number): Limit => ({ tokens: count, money: null });
const stamp = { version: 1, createdAt: 0, updatedAt: 0, tenant: 'default' };
const fresh = (limit: Limit): Budget => ({ ...emptyBudget(installationBudget, '2026-11-21', limit), ...stamp });
const turnOf = (number: number): TurnId => `matrix:$${number}/ada` as TurnId;

type Step =
  | { readonly kind: 'reserve'; readonly turn: number; readonly estimate: number }
  | { readonly kind: 'settle'; readonly turn: number; readonly actual: number }
  | { readonly kind: 'release' | 'crash'; readonly turn: number };

const turns = fc.integer({ min: 0, max: 4 });
const amounts = fc.integer({ min: 0, max: 60 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('reserve' as const), turn: turns, estimate: amounts }),
    fc.record({ kind: fc.constant('settle' as const), turn: turns, actual: amounts }),
    fc.record({ kind: fc.constantFrom('release' as const, 'crash' as const), turn: turns }),
  ),
  { maxLength: 60 },
);

interface Played {
  budget: Budget;
  /** What was really used, or is lost with a process that died. */
  used: number;
  /** By how much calls took more than was estimated, since the last reservation. */
  errors: number;
}

/** Plays a history of parallel turns, each step twice, and hands what stands after each to `look`. */
function play(history: readonly Step[], limit: number, look: (played: Played) => void): void {
  const attempts = new Map<number, number>();
  const running = new Map<number, number>();
  const lost = new Map<number, number>();
  const played: Played = { budget: fresh(limited(limit)), used: 0, errors: 0 };
  const twice = (edit: (budget: Budget) => Budget): void => {
    const once = edit(played.budget);
    expect(edit(once)).toEqual(once);
    played.budget = once;
  };
  for (const one of history) {
    const attempt = attempts.get(one.turn) ?? 0;
    const id = { turn: turnOf(one.turn), attempt };
    const estimate = running.get(one.turn);
    if (one.kind === 'reserve' && estimate === undefined) {
      const claim = { turn: id.turn, attempt: attempt + 1, amount: tokens(one.estimate), now: 0 };
      const reserved = reserve(played.budget, claim, limited(limit));
      attempts.set(one.turn, attempt + 1);
      if (reserved === null) continue;
      twice(budget => reserve(budget, claim, limited(limit)) ?? budget);
      played.used += lost.get(one.turn) ?? 0;
      played.errors = 0;
      lost.delete(one.turn);
      running.set(one.turn, one.estimate);
    } else if (estimate !== undefined) {
      running.delete(one.turn);
      if (one.kind === 'settle') {
        twice(budget => settle(budget, { ...id, spent: tokens(one.actual), estimated: 0 }));
        played.used += one.actual;
        played.errors += Math.max(0, one.actual - estimate);
      } else if (one.kind === 'release') twice(budget => release(budget, id));
      else lost.set(one.turn, estimate);
    }
    look(played);
  }
}

describe('a budget, over random histories of parallel turns, crashes and repeats', () => {
  it('is passed by no more than what calls under way were estimated too low', () => {
    const limits = fc.integer({ min: 0, max: 200 });
    const holds = (history: Step[], limit: number) =>
      play(history, limit, ({ budget, errors }) =>
        expect(takenFrom(budget).tokens).toBeLessThanOrEqual(limit + errors),
      );
    fc.assert(fc.property(steps, limits, holds));
  });

  it('is never passed where estimates are upper bounds', () => {
    const cautious = steps.map(history => history.map(one => (one.kind === 'settle' ? { ...one, actual: 0 } : one)));
    const holds = (history: Step[]) =>
      play(history, 100, ({ budget }) => expect(takenFrom(budget).tokens).toBeLessThanOrEqual(100));
    fc.assert(fc.property(cautious, holds));
  });

  it('counts each call once: what it took, or where its process died, its estimate', () => {
    const holds = (history: Step[]) => play(history, 1000, ({ budget, used }) => expect(budget.used.tokens).toBe(used));
    fc.assert(fc.property(steps, holds));
  });
});

describe('a reservation', () => {
  const budget = fresh(limited(100));
  const first = { turn: turnOf(1), attempt: 1, amount: tokens(60), now: 0 };

  it('of a former attempt counts as used when the turn is taken up again', () => {
    const crashed = reserve(budget, first, limited(200)) ?? budget;
    const again = reserve(crashed, { ...first, attempt: 2 }, limited(200));
    expect(again?.used).toEqual(tokens(60));
    expect(again?.estimatedTokens).toBe(60);
    expect(again && reservedIn(again)).toEqual(tokens(60));
  });

  it('of a former attempt is not settled by its late process', () => {
    const crashed = reserve(budget, first, limited(200)) ?? budget;
    const again = reserve(crashed, { ...first, attempt: 2 }, limited(200)) ?? budget;
    expect(settle(again, { turn: first.turn, attempt: 1, spent: tokens(5), estimated: 0 })).toBe(again);
  });

  it('is refused while the limit is lower than what is used, and taken when it is raised', () => {
    const used = { ...budget, used: tokens(80) };
    expect(reserve(used, { ...first, amount: tokens(0) }, limited(50))).toBeNull();
    expect(reserve(used, { ...first, amount: tokens(10) }, limited(85))).toBeNull();
    expect(reserve(used, { ...first, amount: tokens(10) }, limited(90))).not.toBeNull();
    expect(reserve(used, first, noLimit)).not.toBeNull();
  });

  it('is refused for money, too', () => {
    const limit: Limit = { tokens: null, money: 10 };
    expect(reserve(budget, { ...first, amount: { tokens: 1, money: 11 } }, limit)).toBeNull();
    expect(reserve(budget, { ...first, amount: { tokens: 1_000_000, money: 10 } }, limit)).not.toBeNull();
  });

  it('beyond so many makes the oldest count as used, so that the document stays small', () => {
    let full: Budget = fresh(noLimit);
    for (let turn = 0; turn < maxReservations + 5; turn += 1)
      full = reserve(full, { turn: turnOf(turn), attempt: 1, amount: tokens(1), now: turn }, noLimit) ?? full;
    expect(Object.keys(full.reserved)).toHaveLength(maxReservations);
    expect(full.used).toEqual(tokens(5));
    expect(full.reserved[turnOf(4)]).toBeUndefined();
  });
});

describe('the note that a budget is nearly used up', () => {
  const where = { chat: chatId(bridgeName('matrix'), '!a:b'), agent: agentId('ada'), thread: null };
  const at = (used: number): Budget => ({ ...fresh(limited(100)), used: tokens(used) });

  it('is due from 80% on, once', () => {
    expect(noteIfNear(at(79), limited(100), where).note).toBeNull();
    const due = noteIfNear(at(80), limited(100), where);
    expect(due).toMatchObject({ open: true, note: { said: false } });
    expect(noteIfNear({ ...due, used: tokens(99) }, limited(100), where).note).toEqual(due.note);
    expect(noteSaid(due)).toMatchObject({ open: false, note: { said: true } });
  });

  it('looks at what is more, tokens or money; a limit of nothing is used up', () => {
    expect(shareOf({ tokens: 10, money: 90 }, { tokens: 100, money: 100 })).toBe(0.9);
    expect(shareOf(tokens(0), limited(0))).toBe(1);
    expect(shareOf(tokens(5), noLimit)).toBe(0);
  });
});

describe('a limit', () => {
  const holder = { scope: 'person', id: foreignMember(bridgeName('matrix'), '@mara:b') } as const;
  const rules = { ...noBudgets, limits: { ...noBudgets.limits, person: { '*:b': { tokens: 5, money: 7 } } } };
  const on = (day: string, set: Parameters<typeof limitOf>[1]['set']) => limitOf(holder, { rules, set, day });

  it('is the one of the day, else the one set for good, else the configured one, each for itself', () => {
    const set = { always: { tokens: 10 }, forDay: { day: 'd1', limit: { tokens: null } } };
    expect(on('d1', null)).toEqual({ tokens: 5, money: 7 });
    expect(on('d1', set)).toEqual({ tokens: null, money: 7 });
    expect(on('d2', set)).toEqual({ tokens: 10, money: 7 });
  });
});
