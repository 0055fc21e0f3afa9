import { type Budget, emptyBudget } from '../../core/budget/budget.ts';
import type { BudgetHolder, Limit } from '../../core/budget/limit.ts';
import type { BudgetId } from '../../core/ids.ts';
import { change, ensure } from '../change.ts';
import type { Installation } from '../installation.ts';

/**
 * Budgets outlive the process, not a loss of power: then the last second's tokens may be forgotten, which is less harm than a wait for the
 * disk before every answer.
 */
const outlives = 'process';

/** Changes a budget that is there. */
export const changeBudget = (
  { store }: Pick<Installation, 'store'>,
  id: BudgetId,
  edit: (budget: Budget) => Budget,
): Promise<Budget | null> => change(store.collection('budgets'), id, edit, outlives);

/** The budget of a holder on a day, empty where nothing was used yet. */
export const ensureBudget = (
  { store }: Pick<Installation, 'store'>,
  { holder, day, limit }: { readonly holder: BudgetHolder; readonly day: string; readonly limit: Limit },
): Promise<Budget> => ensure(store.collection('budgets'), emptyBudget(holder, day, limit), outlives);
