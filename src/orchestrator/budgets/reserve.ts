import { type Amount, amountOf } from '../../core/budget/amount.ts';
import {
  type Attempt,
  type Budget,
  release,
  reservedIn,
  reserve as reserveIn,
  takenFrom,
} from '../../core/budget/budget.ts';
import { budgetSpent } from '../../core/budget/budget-events.ts';
import { dayOf } from '../../core/budget/day.ts';
import { type BudgetHolder, type Limit, passed } from '../../core/budget/limit.ts';
import { refusalText } from '../../core/budget/wording.ts';
import { ParleyError } from '../../core/errors.ts';
import type { BudgetId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { Turn } from '../../core/turn.ts';
import type { Estimate, ReplyRequest } from '../../ports/agent-runtime.ts';
import { step } from '../../telemetry/step.ts';
import type { Installation } from '../installation.ts';
import { changeBudget, ensureBudget } from './change-budget.ts';
import { holdersOf } from './holders-of.ts';
import { limited } from './limit-book.ts';
import { placeOf } from './place-of.ts';

/** What an attempt of a turn has set aside. */
export interface Held extends Attempt {
  readonly estimate: Estimate;
  /** In which budgets. They stay the same when the answer goes on past midnight. */
  readonly budgets: readonly BudgetId[];
}

/**
 * Sets aside what an answer may take, in every budget that it counts against, always in the same order. Null where nothing is limited:
 * then nothing is read or written. Where one of them does not allow it, `BUDGET_SPENT`, and nothing stays set aside.
 */
export async function reserve(
  parley: Installation,
  given: { readonly turn: Turn; readonly trigger: SaidMessage | null; readonly request: ReplyRequest },
): Promise<Held | null> {
  if (!parley.limits.anybody()) return null;
  const { turn, trigger, request } = given;
  const day = dayOf(parley.clock.now(), parley.settings.budgets.timeZone);
  const holders = limited(parley.limits, await holdersOf(parley, turn, trigger), day);
  if (holders.length === 0) return null;
  const estimate = await parley.runtime.estimate(request);
  const attempt = { turn: turn._id, attempt: turn.attempts };
  const amount = amountOf(estimate, parley.settings.budgets.priceOf(estimate.model));
  const budgets: BudgetId[] = [];
  try {
    for (const holder of holders) budgets.push(await take(parley, holder, { ...attempt, amount, day }));
  } catch (error) {
    await Promise.all(budgets.map(budget => changeBudget(parley, budget, stored => release(stored, attempt))));
    throw error;
  }
  return { ...attempt, estimate, budgets };
}

async function take(
  parley: Installation,
  holder: BudgetHolder,
  wish: Attempt & { readonly amount: Amount; readonly day: string },
): Promise<BudgetId> {
  const limit = parley.limits.of(holder, wish.day);
  const now = parley.clock.now();
  const { _id } = await ensureBudget(parley, { holder, limit, day: wish.day });
  await changeBudget(parley, _id, budget => {
    const reserved = reserveIn(budget, { ...wish, now }, limit);
    if (reserved === null) throw refuse(parley, { budget, limit, ...wish });
    return reserved;
  });
  step('budget.reserved');
  return _id;
}

function refuse(
  parley: Installation,
  { budget, limit, amount, turn }: Attempt & { budget: Budget; limit: Limit; amount: Amount },
): ParleyError {
  const { holder, used } = budget;
  const unit = passed(limit, takenFrom(budget), amount) ?? 'tokens';
  const given = { used, reserved: reservedIn(budget), wanted: amount, of: unit };
  parley.bus.publish([budgetSpent(budget, limit, { unit, turn })]);
  return new ParleyError('BUDGET_SPENT', refusalText(placeOf(parley, { holder, limit }), given));
}
