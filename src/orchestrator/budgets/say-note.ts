import { type Budget, type BudgetNote, noteSaid } from '../../core/budget/budget.ts';
import { budgetNoted } from '../../core/budget/budget-events.ts';
import { nearlyUsedText } from '../../core/budget/wording.ts';
import { type AgentId, onceTurnId } from '../../core/ids.ts';
import { scriptedTurn } from '../../core/take-turns.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { topics } from '../topics.ts';
import { changeBudget } from './change-budget.ts';
import { placeOf } from './place-of.ts';

/**
 * Tells the room that a budget is nearly used up. May be repeated: the turn's id is made from the budget's, and what the budget says
 * of it is stored behind it, so that a loss of power undoes both or neither.
 */
export async function sayNote(parley: Installation, budget: Budget): Promise<void> {
  const { note, holder } = budget;
  if (note === null) return;
  const { chat, thread } = note;
  const limit = parley.limits.of(holder, budget.day);
  const text = nearlyUsedText(placeOf(parley, { holder, limit }), budget.used);
  const _id = onceTurnId(chat, `budget ${budget._id}`, note.agent);
  const agent = await speakerIn(parley, note);
  const turn = scriptedTurn({ _id, chat, agent, thread, trigger: null, reason: 'budget', aside: true }, text, true);
  await parley.store.collection('turns').insert([turn], 'process');
  parley.queue.wake(topics.turns, _id);
  parley.bus.publish([budgetNoted(budget, limit)]);
  await changeBudget(parley, budget._id, noteSaid);
}

/** The orchestrator, where it is there. */
async function speakerIn(parley: Installation, { chat, agent }: BudgetNote): Promise<AgentId> {
  const here = agentsIn(parley, await ensureChat(parley, chat));
  return here.find(({ role }) => role === 'orchestrator')?._id ?? agent;
}
