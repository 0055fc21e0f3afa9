import type { AttentionState } from '../../core/attention-state.ts';
import type { AgentId } from '../../core/ids.ts';
import { change, ensure } from '../change.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { shownAttention } from './shown-attention.ts';

/**
 * Makes what is stored of an agent's attention true: in one process what people and programs read of it, while somebody waits for it; in several, where
 * the mind itself is stored, that it holds no turn which is over. May be repeated.
 */
export async function storeAttention(parley: Installation, agent: AgentId): Promise<void> {
  if (parley.crew.shared) return parley.attention.tidy(agent);
  const states = parley.store.collection('agent_attention_states');
  const mind = await parley.attention.of(agent);
  if (mind.waiting.length === 0) {
    await states.delete(agent);
    return;
  }
  const shown = shownAttention(mind, { ...parley.settings.attention, now: parley.clock.now() });
  await ensure(states, { _id: agent, ...shown }, 'process');
  await change(states, agent, state => ({ ...state, ...shown }), 'process');
}

const page = 500;

/** What a process that is gone, or a lost wake-up, left in the minds that several processes share is looked at. */
export async function wakeMinds({ store, queue, crew }: Pick<Installation, 'store' | 'queue' | 'crew'>): Promise<void> {
  if (!crew.shared) return;
  let after: AttentionState | undefined;
  do {
    const found: AttentionState[] = await store
      .collection('agent_attention_states')
      .find({ limit: page, ...(after ? { after } : {}) });
    for (const { _id, mind } of found) if (hasSomething(mind)) queue.wake(topics.attention, _id);
    after = found.length === page ? found.at(-1) : undefined;
  } while (after);
}

const hasSomething = (mind: AttentionState['mind']): boolean =>
  mind !== undefined && mind.focus.length + mind.waiting.length > 0;
