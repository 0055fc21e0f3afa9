import { event, type NewEvent } from '../events/event.ts';
import type { TurnId } from '../ids.ts';
import type { Amount } from './amount.ts';
import { type Budget, noteFrom, takenFrom } from './budget.ts';
import { holderKey, type Limit, tightest } from './limit.ts';

const facts = ({ holder, day, used, reserved }: Budget, limit: Limit, unit: keyof Amount) => ({
  budget: holderKey(holder),
  period: day,
  unit,
  limit: limit[unit] ?? 0,
  used: takenFrom({ used, reserved })[unit],
});

/** That people are told that a budget is nearly used up. The same whenever it is told again. */
export const budgetNoted = (budget: Budget, limit: Limit): NewEvent =>
  event('BudgetNoted', { ...facts(budget, limit, tightest(budget.used, limit)), percent: noteFrom * 100 });

/** That a budget does not allow a turn. */
export const budgetSpent = (budget: Budget, limit: Limit, given: { unit: keyof Amount; turn: TurnId }): NewEvent =>
  event('BudgetSpent', { ...facts(budget, limit, given.unit), cause: given.turn }, given.turn);
