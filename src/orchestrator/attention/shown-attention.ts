import { byPriority, priorityOf, termNames, termsOf, type Waiting } from '../../core/attention.ts';
import type { AttentionState } from '../../core/attention-state.ts';
import type { Mind, MindRules } from '../../core/mind.ts';

const mostStored = 100;

/** What people and programs read of a mind. Pure. */
export function shownAttention(
  { focus, waiting }: Pick<Mind, 'focus' | 'waiting'>,
  { weights, now }: Pick<MindRules, 'weights' | 'now'>,
): Pick<AttentionState, 'attentionQueue' | 'currentFocus'> {
  const entryOf = (one: Waiting) => ({
    turn: one.turn,
    dialogue: one.dialogue,
    priority: priorityOf(one, weights, now),
    reasons: reasonsOf(one, now),
    waitingSince: one.waitingSince,
    lastInteraction: one.lastInteraction,
  });
  return {
    attentionQueue: byPriority(waiting, weights, now).slice(0, mostStored).map(entryOf),
    currentFocus: focus.map(({ dialogue }) => dialogue).slice(0, mostStored),
  };
}

/** The terms that speak for a dialogue, by name. */
function reasonsOf(waiting: Waiting, now: number): string[] {
  const terms = termsOf(waiting, now);
  return termNames.filter(name => terms[name] > 0);
}
