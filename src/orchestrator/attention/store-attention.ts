import { priorityOf, termNames, termsOf, type Waiting } from '../../core/attention.ts';
import type { AttentionState } from '../../core/attention-state.ts';
import type { AgentId } from '../../core/ids.ts';
import { change, ensure } from '../change.ts';
import type { Installation } from '../installation.ts';

const mostStored = 100;

/** Stores what an agent attends to, for people and programs to read; while nobody waits for it nothing is stored. May be repeated. */
export async function storeAttention(parley: Installation, agent: AgentId): Promise<void> {
  const states = parley.store.collection('agent_attention_states');
  const { focus, waiting } = await parley.attention.of(agent);
  if (waiting.length === 0 && !parley.crew.shared) {
    await states.delete(agent);
    return;
  }
  const attentionQueue = waiting.slice(0, mostStored).map(one => entryOf(parley, one));
  const currentFocus = focus.map(one => one.dialogue).slice(0, mostStored);
  const now = JSON.stringify({ attentionQueue, currentFocus });
  await ensure(states, { _id: agent, attentionQueue, currentFocus }, 'process');
  await change(
    states,
    agent,
    state => (sameAs(state) === now ? state : { ...state, attentionQueue, currentFocus }),
    'process',
  );
}

const sameAs = ({ attentionQueue, currentFocus }: AttentionState): string =>
  JSON.stringify({ attentionQueue, currentFocus });

function entryOf({ clock, settings }: Installation, waiting: Waiting) {
  const { turn, dialogue, waitingSince, lastInteraction } = waiting;
  const priority = priorityOf(waiting, settings.attention.weights, clock.now());
  return { turn, dialogue, priority, reasons: reasonsOf(waiting, clock.now()), waitingSince, lastInteraction };
}

/** The terms that speak for a dialogue, by name. */
const reasonsOf = (waiting: Waiting, now: number): string[] => {
  const terms = termsOf(waiting, now);
  return termNames.filter(name => terms[name] > 0);
};
