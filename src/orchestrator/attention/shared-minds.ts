import type { AttentionState } from '../../core/attention-state.ts';
import type { AgentId } from '../../core/ids.ts';
import { emptyMind, leaving, type Mind, type MindRules } from '../../core/mind.ts';
import { change, ensure } from '../change.ts';
import type { Installation } from '../installation.ts';
import type { Minds } from './minds.ts';

type Sharing = Pick<Installation, 'store'> & { readonly rules: () => MindRules };

/**
 * In the store, for several processes: each change is a compare-and-set on the agent's document, so that together they keep to the number of
 * dialogues at once. A process that ended in between may have left a turn in mind that is over: it is looked for where others wait for it.
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
        return after === before ? state : { ...state, mind: after };
      },
      'process',
    );
    return { before, after };
  }

  /** What the agent seems to work on that is over. Those who wait are many, and are looked at when they are taken up. */
  async function over({ focus }: Mind): Promise<Mind['focus']> {
    const turns = await store.collection('turns').getMany(focus.map(({ turn }) => turn));
    const open = new Set(turns.filter(({ state }) => state !== 'done').map(({ _id }) => _id));
    return focus.filter(({ turn }) => !open.has(turn));
  }

  return {
    async change(agent, edit) {
      const done = await changed(agent, edit);
      let { after } = done;
      while (after.waiting.length > 0) {
        const past = await over(after);
        if (past.length === 0) break;
        const leavingAll = (mind: Mind): Mind => past.reduce((left, { turn }) => leaving(left, turn, rules()), mind);
        after = (await changed(agent, leavingAll)).after;
      }
      return { before: done.before, after };
    },
    async read(agent) {
      const state = await states.get(agent);
      return state === null ? emptyMind : mindOf(state);
    },
  };
}

const mindOf = ({ mind }: AttentionState): Mind => mind ?? emptyMind;
