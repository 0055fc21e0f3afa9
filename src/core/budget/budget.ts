import type { Document, Draft } from '../document.ts';
import { type AgentId, type BudgetId, budgetId, type ChatId, type MessageId, type TurnId } from '../ids.ts';
import { type Amount, nothing, plus, sumOf } from './amount.ts';
import { type BudgetHolder, holderKey, type Limit, passed, shareOf } from './limit.ts';

/** What a turn may take until it is known what it took. */
export interface Reservation {
  /** The attempt of the turn that made it. */
  readonly attempt: number;
  readonly amount: Amount;
  /** When it was made, milliseconds since 1970. */
  readonly since: number;
}

/** Where people are told that a budget is nearly used up. */
export interface BudgetNote {
  readonly chat: ChatId;
  /** Whose answer it was; it says so where the orchestrator is not there. */
  readonly agent: AgentId;
  readonly thread: MessageId | null;
  /** Whether the turn that says it is stored. */
  readonly said: boolean;
}

/** What somebody has used on a day. `_id` is `<scope>:<id>/<day>`, such as `agent:ada/2026-11-21`. */
export interface Budget extends Document<BudgetId> {
  readonly holder: BudgetHolder;
  readonly day: string;
  /** The limit by which was last decided. */
  readonly limit: Limit;
  readonly used: Amount;
  /** How many of the used tokens no model has told. */
  readonly estimatedTokens: number;
  /** One for each turn, at most `maxReservations`. */
  readonly reserved: Readonly<Record<TurnId, Reservation>>;
  /** Null until 80% are used. */
  readonly note: BudgetNote | null;
  /** Whether a sweep has to look at it: something is reserved, or a note is not said. */
  readonly open: boolean;
}

/** More than there can be turns at once. Beyond it the oldest is counted as used. */
export const maxReservations = 1000;
/** From here on people are told, once a day. */
export const noteFrom = 0.8;

export const emptyBudget = (holder: BudgetHolder, day: string, limit: Limit): Draft<Budget> => ({
  _id: budgetId(holderKey(holder), day),
  holder,
  day,
  limit,
  used: nothing,
  estimatedTokens: 0,
  reserved: {},
  note: null,
  open: false,
});

/** One attempt of a turn. */
export interface Attempt {
  readonly turn: TurnId;
  readonly attempt: number;
}

export const reservedIn = ({ reserved }: Pick<Budget, 'reserved'>): Amount =>
  sumOf(Object.values(reserved).map(({ amount }) => amount));

/** What is used and what is set aside. */
export const takenFrom = (budget: Pick<Budget, 'used' | 'reserved'>): Amount => plus(budget.used, reservedIn(budget));

/**
 * Sets aside what an attempt may take, or gives null when the limit does not allow it. A repeat changes nothing. What a former attempt of
 * the turn had set aside died with its process while a model worked on it: it counts as used.
 */
export function reserve(
  budget: Budget,
  { turn, attempt, amount, now }: Attempt & { readonly amount: Amount; readonly now: number },
  limit: Limit,
): Budget | null {
  const known = budget.reserved[turn];
  if (known?.attempt === attempt) return budget;
  const cleared = known === undefined ? budget : settleFromEstimate(budget, { turn, attempt: known.attempt });
  if (passed(limit, takenFrom(cleared), amount) !== null) return null;
  const spacious = withRoom(cleared);
  return opened({
    ...spacious,
    limit,
    reserved: { ...spacious.reserved, [turn]: { attempt, amount, since: now } },
  });
}

/** Counts what an attempt took, in place of what was set aside for it; only once, whoever calls it again. */
export function settle(
  budget: Budget,
  { turn, attempt, spent, estimated }: Attempt & { readonly spent: Amount; readonly estimated: number },
): Budget {
  if (budget.reserved[turn]?.attempt !== attempt) return budget;
  const { [turn]: _, ...reserved } = budget.reserved;
  return opened({
    ...budget,
    used: plus(budget.used, spent),
    estimatedTokens: budget.estimatedTokens + estimated,
    reserved,
  });
}

/** Counts what was set aside as used: nobody knows what the attempt took. */
export function settleFromEstimate(budget: Budget, attempt: Attempt): Budget {
  const amount = budget.reserved[attempt.turn]?.amount ?? nothing;
  return settle(budget, { ...attempt, spent: amount, estimated: amount.tokens });
}

/** Gives back what was set aside. */
export const release = (budget: Budget, attempt: Attempt): Budget =>
  settle(budget, { ...attempt, spent: nothing, estimated: 0 });

/** Notes where people are to be told that the budget is nearly used up, if it is and nobody has been told today. */
export function noteIfNear(budget: Budget, limit: Limit, where: Omit<BudgetNote, 'said'>): Budget {
  if (budget.note !== null || shareOf(budget.used, limit) < noteFrom) return budget;
  return opened({ ...budget, limit, note: { ...where, said: false } });
}

export const noteSaid = (budget: Budget): Budget =>
  budget.note === null || budget.note.said ? budget : opened({ ...budget, note: { ...budget.note, said: true } });

const opened = (budget: Budget): Budget => ({
  ...budget,
  open: Object.keys(budget.reserved).length > 0 || budget.note?.said === false,
});

function withRoom(budget: Budget): Budget {
  const entries = Object.entries(budget.reserved) as [TurnId, Reservation][];
  if (entries.length < maxReservations) return budget;
  const [turn, { attempt }] = entries.reduce((oldest, entry) => (entry[1].since < oldest[1].since ? entry : oldest));
  return settleFromEstimate(budget, { turn, attempt });
}
