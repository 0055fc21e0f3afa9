import { type Amount, nothing } from '../../core/budget/amount.ts';
import { reservedIn } from '../../core/budget/budget.ts';
import { dayOf } from '../../core/budget/day.ts';
import { type BudgetHolder, holderKey, isLimited, type Limit } from '../../core/budget/limit.ts';
import { budgetId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';

/** How a budget stands on a day. */
export interface BudgetReading {
  readonly holder: BudgetHolder;
  readonly day: string;
  /** Where it has no limit, nothing is counted. */
  readonly limit: Limit;
  /** Whether the limit was set while running, and for how long; null: as configured. */
  readonly set: 'today' | 'always' | null;
  readonly used: Amount;
  /** Set aside for answers in the making. */
  readonly reserved: Amount;
  /** How many of the used tokens no model has told. */
  readonly estimatedTokens: number;
}

/** How the budgets of some holders stand today, in their order. */
export async function readBudgets(
  parley: Installation,
  holders: readonly BudgetHolder[],
): Promise<readonly BudgetReading[]> {
  const day = dayOf(parley.clock.now(), parley.settings.budgets.timeZone);
  const limited = holders.filter(holder => isLimited(parley.limits.of(holder, day)));
  const ids = limited.map(holder => budgetId(holderKey(holder), day));
  const stored = ids.length === 0 ? [] : await parley.store.collection('budgets').getMany(ids);
  const byHolder = new Map(stored.map(budget => [holderKey(budget.holder), budget]));
  return holders.map(holder => {
    const budget = byHolder.get(holderKey(holder));
    return {
      holder,
      day,
      limit: parley.limits.of(holder, day),
      set: setFor(parley, holder, day),
      used: budget?.used ?? nothing,
      reserved: budget === undefined ? nothing : reservedIn(budget),
      estimatedTokens: budget?.estimatedTokens ?? 0,
    };
  });
}

function setFor({ limits }: Installation, holder: BudgetHolder, day: string): BudgetReading['set'] {
  const set = limits.set(holder);
  if (set === null) return null;
  if (set.forDay?.day === day) return 'today';
  return Object.keys(set.always).length > 0 ? 'always' : null;
}
