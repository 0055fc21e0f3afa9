import type { Budget, Reservation } from '../../core/budget/budget.ts';
import { settleFromEstimate } from '../../core/budget/budget.ts';
import { dayOf } from '../../core/budget/day.ts';
import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';
import { changeBudget } from './change-budget.ts';
import { sayNote } from './say-note.ts';
import { countSpent, settleBudget } from './settle.ts';

/** Whoever ended a turn counts it in a moment; after this time they are gone. */
const patienceMs = 60_000;
const keepDays = 400;
const batch = 1000;

/**
 * Looks after budgets that are open: counts reservations whose turn has ended or began anew, and says notes that were not said before a
 * crash. Reads what other processes set, and forgets what is older than a year. Does nothing where nothing is limited.
 */
export async function sweepBudgets(parley: Installation): Promise<void> {
  await parley.limits.refresh();
  if (!parley.limits.anybody()) return;
  const budgets = parley.store.collection('budgets');
  for (const budget of await budgets.find({ where: { open: true }, limit: batch })) {
    await freeReservations(parley, budget);
    if (budget.note?.said === false) await sayNote(parley, budget);
  }
  const oldest = dayOf(parley.clock.now() - keepDays * 86_400_000, 'UTC');
  for (const old of await budgets.find({ where: { day: { below: oldest } }, limit: batch }))
    await budgets.delete(old._id);
}

async function freeReservations(parley: Installation, budget: Budget): Promise<void> {
  const ids = Object.keys(budget.reserved) as TurnId[];
  if (ids.length === 0) return;
  const turns = await parley.store.collection('turns').getMany(ids);
  const byId = new Map(turns.map(turn => [turn._id, turn]));
  for (const [id, reservation] of Object.entries(budget.reserved) as [TurnId, Reservation][]) {
    if (parley.clock.now() - reservation.since < patienceMs) continue;
    await free(parley, budget, { id, reservation, turn: byId.get(id) ?? null });
  }
}

interface Found {
  readonly id: TurnId;
  readonly reservation: Reservation;
  readonly turn: Turn | null;
}

/** An answer that is stored tells what it took; of any other attempt that has ended only the estimate is known. */
async function free(parley: Installation, budget: Budget, { id, reservation, turn }: Found): Promise<void> {
  const { attempt, amount } = reservation;
  if (turn !== null && !hasEnded(parley, turn, attempt)) return;
  if (turn?.usage && turn.attempts === attempt) {
    const guess = { inputTokens: amount.tokens, outputTokens: 0, model: turn.usage.model };
    const spent = countSpent(parley, turn.usage, guess);
    await settleBudget(parley, turn, { budget: budget._id, turn: id, attempt, ...spent });
  } else {
    await changeBudget(parley, budget._id, stored => settleFromEstimate(stored, { turn: id, attempt }));
  }
}

const hasEnded = ({ clock }: Installation, turn: Turn, attempt: number): boolean =>
  turn.attempts > attempt ||
  ((turn.state === 'done' || turn.state === 'replied') && clock.now() - turn.updatedAt >= patienceMs);
