import type { AttentionState } from '../../core/attention-state.ts';
import type { AgentId, TurnId } from '../../core/ids.ts';
import { emptyMind, leaving, type Mind, type MindRules } from '../../core/mind.ts';
import { change, ensure } from '../change.ts';
import type { Installation } from '../installation.ts';
import type { Minds } from './minds.ts';
import { shownAttention } from './shown-attention.ts';

type Sharing = Pick<Installation, 'store'> & { readonly rules: () => MindRules };

/**
 * In the store, for several processes: each change is a compare-and-set on the agent's document, so that together they keep to the number of
 * dialogues at once; what others read of a mind changes with it. A process that ended in between may have left a turn in mind that is over: it is
 * looked for where others wait for it, and when the process is gone.
 */
export function sharedMinds({ store, rules }: Sharing): Minds {
  const states = store.collection('agent_attention_states');

  async function changed(agent: AgentId, edit: (mind: Mind) => Mind): Promise<{ before: Mind; after: Mind }> {
    let before = emptyMind;
    let after = emptyMind;
    await ensure(states, { _id: agent, attentionQueue: [], currentFocus: [], mind: emptyMind }, 'process');
    await change(
      states,
      agent,
      state => {
        before = mindOf(state);
        after = edit(before);
        return after === before ? state : { ...state, mind: after, ...shownAttention(after, rules()) };
      },
      'process',
    );
    return { before, after };
  }

  async function over(all: Mind['focus']): Promise<TurnId[]> {
    const ids = all.map(({ turn }) => turn);
    const turns = await store.collection('turns').getMany(ids);
    const open = new Set(turns.filter(({ state }) => state !== 'done').map(({ _id }) => _id));
    return ids.filter(turn => !open.has(turn));
  }

  const leavingAll =
    (past: readonly TurnId[]) =>
    (mind: Mind): Mind =>
      past.reduce((left, turn) => leaving(left, turn, rules()), mind);

  return {
    async change(agent, edit) {
      const done = await changed(agent, edit);
      let { after } = done;
      while (after.waiting.length > 0) {
        // Those who wait are many, and are looked at when they are taken up.
        const past = await over(after.focus);
        if (past.length === 0) break;
        after = (await changed(agent, leavingAll(past))).after;
      }
      return { before: done.before, after };
    },
    async tidy(agent) {
      const state = await states.get(agent);
      const mind = state === null ? emptyMind : mindOf(state);
      const past = await over([...mind.focus, ...mind.waiting]);
      if (past.length === 0) return { before: mind, after: mind, over: [] };
      return { ...(await changed(agent, leavingAll(past))), over: past };
    },
    async read(agent) {
      const state = await states.get(agent);
      return state === null ? emptyMind : mindOf(state);
    },
  };
}

const mindOf = ({ mind }: AttentionState): Mind => mind ?? emptyMind;
