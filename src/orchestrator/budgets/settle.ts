import { type Amount, amountOf, countTokens, type TokenCount } from '../../core/budget/amount.ts';
import { type Attempt, type Budget, noteIfNear, settle as settleIn } from '../../core/budget/budget.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { isParleyError } from '../../core/errors.ts';
import type { BudgetId } from '../../core/ids.ts';
import { estimateTokens } from '../../core/tokens.ts';
import type { Turn, Usage } from '../../core/turn.ts';
import { step } from '../../telemetry/step.ts';
import type { Installation } from '../installation.ts';
import { changeBudget } from './change-budget.ts';
import type { Held } from './reserve.ts';
import { sayNote } from './say-note.ts';

/** What came of an attempt, as far as it tells what it took. */
export interface Heard {
  /** What the model tells; null: nothing. */
  readonly usage: Usage | null;
  /** What it said. */
  readonly text: string;
  /** Why there is no more; null: it is complete, or was broken off. */
  readonly error: unknown;
}

/** Failures before a model began to work, for which nobody pays. */
const free: ReadonlySet<ErrorCode> = new Set([
  'MODEL_UNREACHABLE',
  'MODEL_QUOTA',
  'MODEL_REJECTED_KEY',
  'MODEL_REFUSED',
  'MODEL_WITHOUT_TOOLS',
]);

/**
 * Counts what an attempt took in place of what it had set aside, once, and tells the room where a budget is nearly used up. What the model
 * doesn't tell is estimated. A store that fails here must not keep back an answer that is there: then the sweep counts it.
 */
export async function settle(
  parley: Installation,
  turn: Turn,
  { held, heard }: { readonly held: Held | null; readonly heard: Heard },
): Promise<void> {
  if (held === null) return;
  const spent = spentBy(parley, held, heard);
  for (const budget of held.budgets) {
    try {
      await settleBudget(parley, turn, { ...spent, budget, turn: held.turn, attempt: held.attempt });
    } catch (error) {
      parley.log.warn(
        { budget, turn: turn._id, err: error },
        'What an answer took is not counted yet; the sweep does.',
      );
    }
  }
}

interface Spent {
  readonly spent: Amount;
  readonly estimated: number;
}

function spentBy(parley: Installation, { estimate }: Held, { usage, text, error }: Heard): Spent {
  const unbegun = text === '' && isParleyError(error) && free.has(error.code);
  const guess: TokenCount = unbegun
    ? { inputTokens: 0, outputTokens: 0 }
    : { inputTokens: estimate.inputTokens, outputTokens: estimateTokens(text) };
  return countSpent(parley, usage, { ...guess, model: estimate.model });
}

/** What was spent by what a model tells, completed by a guess. */
export function countSpent(
  { settings }: Pick<Installation, 'settings'>,
  usage: Usage | null,
  guess: TokenCount & { readonly model: string },
): Spent {
  const { estimated, ...tokens } = countTokens(usage, guess);
  return { spent: amountOf(tokens, settings.budgets.priceOf(usage?.model ?? guess.model)), estimated };
}

/** Settles one budget; the note that follows is in the same change, so that there is one a day whoever comes first. */
export async function settleBudget(
  parley: Installation,
  { chat, agent, thread }: Turn,
  given: Attempt & Spent & { readonly budget: BudgetId },
): Promise<void> {
  const where = { chat, agent, thread };
  const near = (budget: Budget): Budget => noteIfNear(budget, parley.limits.of(budget.holder, budget.day), where);
  const settled = await changeBudget(parley, given.budget, stored => {
    const counted = settleIn(stored, given);
    return counted === stored ? stored : near(counted);
  });
  step('budget.settled');
  if (settled?.note?.said === false) await sayNote(parley, settled);
}
