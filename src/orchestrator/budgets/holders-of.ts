import { type BudgetHolder, installationBudget } from '../../core/budget/limit.ts';
import { agentOf, type MemberId } from '../../core/ids.ts';
import { isSaid, type SaidMessage } from '../../core/message.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';

/** Longer than any chain of agents that hand over to each other. */
const longestChain = 50;

/** Whose budgets a turn counts against, in the order in which they are asked. */
export async function holdersOf(
  parley: Installation,
  turn: Turn,
  trigger: SaidMessage | null,
): Promise<BudgetHolder[]> {
  const person = trigger === null ? null : await personBehind(parley, turn, trigger);
  return [
    installationBudget,
    { scope: 'agent', id: turn.agent },
    { scope: 'room', id: turn.chat },
    ...(person === null ? [] : [{ scope: 'person', id: person } as const]),
  ];
}

/** The person for whom a turn is in the end, over agents who handed over; null where none can be found. */
async function personBehind({ store }: Installation, turn: Turn, trigger: SaidMessage): Promise<MemberId | null> {
  let [asked, message] = [turn, trigger];
  for (let link = 0; link < longestChain; link += 1) {
    if (asked.askedBy !== undefined) return asked.askedBy;
    if (agentOf(message.from) === null) return message.from;
    const turns = store.collection('turns');
    const spoken = message.cause === null ? null : await turns.get(message.cause);
    // A question to a colleague is put for the answer that waits for it.
    const cause = spoken?.ask === undefined ? spoken : await turns.get(spoken.ask.by);
    const before = cause?.trigger ? await store.collection('messages').get(cause.trigger) : null;
    if (cause === null || before === null || !isSaid(before)) return null;
    [asked, message] = [cause, before];
  }
  return null;
}
