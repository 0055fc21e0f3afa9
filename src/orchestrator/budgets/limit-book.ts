import {
  type BudgetHolder,
  type BudgetRules,
  holderKey,
  isLimited,
  type Limit,
  limitOf,
  limitsAnybody,
  type SetLimit,
} from '../../core/budget/limit.ts';
import type { Store } from '../../ports/store.ts';

/** So many holders may have a limit of their own that was set while running. */
export const maxSetLimits = 1000;

/**
 * The limits of all budgets: what was set while running, else what is configured. What was set is kept in memory, so that a turn costs
 * nothing where nothing is limited; another process that sets a limit sends a signal, on which this one does a `refresh`.
 */
export interface LimitBook {
  /** False where nobody has a limit. */
  anybody(): boolean;
  /** The limit on a day. */
  of(holder: BudgetHolder, day: string): Limit;
  /** What was set while running; null: nothing. */
  set(holder: BudgetHolder): SetLimit | null;
  /** Reads again what was set. */
  refresh(): Promise<void>;
}

export async function openLimitBook({ store, rules }: { store: Store; rules: BudgetRules }): Promise<LimitBook> {
  const configured = limitsAnybody(rules);
  let known = new Map<string, SetLimit>();
  const limit = (holder: BudgetHolder, day: string): Limit =>
    limitOf(holder, { rules, set: known.get(holderKey(holder)) ?? null, day });
  const book: LimitBook = {
    anybody: () => configured || known.size > 0,
    of: limit,
    set: holder => known.get(holderKey(holder)) ?? null,
    async refresh() {
      const stored = await store.collection('budget_limits').find({ limit: maxSetLimits });
      known = new Map(stored.map(one => [one._id, one]));
    },
  };
  await book.refresh();
  return book;
}

/** Of some holders those that have a limit. */
export const limited = (book: LimitBook, holders: readonly BudgetHolder[], day: string): BudgetHolder[] =>
  holders.filter(holder => isLimited(book.of(holder, day)));
