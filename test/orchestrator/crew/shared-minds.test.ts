import { describe, expect, it } from 'vitest';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { type AgentId, agentId, type ChatId, type TurnId } from '../../../src/core/ids.ts';
import { attending } from '../../../src/core/mind.ts';
import type { Turn } from '../../../src/core/turn.ts';
import { openAttention } from '../../../src/orchestrator/attention/attention.ts';
import { sharedMinds } from '../../../src/orchestrator/attention/shared-minds.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { turn } from '../../contracts/store/fixtures.ts';
import { ailingStore } from '../../fakes/ailing-store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { type Common, loudHall, processOf } from '../../fakes/crew.ts';

const ada: AgentId = agentId('ada');
const weights = { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 };

const settingsOf = (atOnce: number) => ({ atOnce, weights });

async function two(atOnce: number) {
  const clock = heldClock();
  const all: Common = { store: openMemoryStore({ clock }), network: memoryNetwork({ clock }), signals: loudHall() };
  const settings = { attention: { atOnce, weights } };
  const a = await processOf(all, 'a', { role: 'worker', settings });
  const b = await processOf(all, 'b', { role: 'worker', settings });

  const turns = all.store.collection('turns');

  /** A turn in a room of its own. */
  async function called(name: string, state: Turn['state'] = 'queued') {
    const made = turn(name, state, name);
    await turns.insert([made]);
    const { _id, chat } = made as { _id: TurnId; chat: ChatId };
    return { agent: ada, turn: _id, dialogue: chat, mention: true, directMessage: false, deadline: null };
  }
  const names = (list: readonly { readonly dialogue: ChatId }[]) => list.map(({ dialogue }) => dialogue);
  const seen = async () => {
    const [one, other] = [await a.parley.attention.of(ada), await b.parley.attention.of(ada)];
    expect(one).toEqual(other);
    return { focus: names(one.focus), waiting: names(one.waiting) };
  };
  return { a, b, all, called, seen };
}

describe('what an agent attends to, with several processes', () => {
  it('is bounded for all of them together', async () => {
    const { a, b, called, seen } = await two(2);
    const calls = await Promise.all(['one', 'two', 'three', 'four'].map(name => called(name)));
    await Promise.all(calls.map((call, at) => (at % 2 === 0 ? a : b).parley.attention.attend(call)));
    const { focus, waiting } = await seen();
    expect([focus.length, waiting.length]).toEqual([2, 2]);
  });

  it('goes on in another process when one has ended a turn', async () => {
    const { a, b, called, seen } = await two(1);
    const [one, two_] = [await called('one'), await called('two')];
    await a.parley.attention.attend(one);
    await b.parley.attention.attend(two_);
    expect(await seen()).toEqual({ focus: ['test:one'], waiting: ['test:two'] });
    await a.parley.attention.leave(ada, one.turn);
    expect(await seen()).toEqual({ focus: ['test:two'], waiting: [] });
    await a.parley.attention.leave(ada, one.turn);
    expect(await seen()).toEqual({ focus: ['test:two'], waiting: [] });
  });

  it('forgets turns that are over, of which nobody told: whoever waits gets on', async () => {
    const { a, b, called, seen, all } = await two(1);
    const [one, two_] = [await called('one'), await called('two')];
    await a.parley.attention.attend(one);
    const stored = await all.store.collection('turns').get(one.turn);
    await all.store.collection('turns').replace({ ...(stored as Turn), state: 'done' });
    await b.parley.attention.attend(two_);
    expect(await seen()).toEqual({ focus: ['test:two'], waiting: [] });
  });

  it('begins for whoever waited, though the answer of the store was lost as they got the place', async () => {
    const { a, called, all } = await two(1);
    const [one, two_] = [await called('one'), await called('two')];
    await a.parley.attention.attend(one);
    await a.parley.attention.attend(two_);
    const ill = ailingStore(all.store);
    const woken: string[] = [];
    const attention = openAttention({
      ...settingsOf(1),
      clock: a.clock,
      minds: sharedMinds({ store: ill.store, rules: () => ({ ...settingsOf(1), now: a.clock.now() }) }),
      begin: turn => void woken.push(turn),
      onChange: () => undefined,
      onStir: () => undefined,
    });
    ill.failAt(0, 'after', { only: 'agent_attention_states' });
    // Nothing is inserted where the mind is known: the failing write is the one that makes place.
    await expect(attention.leave(ada, one.turn)).rejects.toThrow('The store was told to fail');
    await attention.leave(ada, one.turn);
    expect(woken).toContain(two_.turn);
  });

  it('can be read as it is, whoever changed it last', async () => {
    const { a, b, called, all } = await two(1);
    const [one, two_] = [await called('one'), await called('two')];
    const read = async () => {
      const [state] = await all.store.collection('agent_attention_states').find({ limit: 10 });
      return { focus: state?.currentFocus, waiting: state?.attentionQueue.map(({ dialogue }) => dialogue) };
    };
    await a.parley.attention.attend(one);
    await b.parley.attention.attend(two_);
    expect(await read()).toEqual({ focus: ['test:one'], waiting: ['test:two'] });
    await a.parley.attention.leave(ada, one.turn);
    await b.parley.attention.leave(ada, two_.turn);
    expect(await read()).toEqual({ focus: [], waiting: [] });
  });

  it('forgets what a process that is gone had ended and not told, also where nobody waits', async () => {
    const { a, b, called, all, seen } = await two(2);
    const ended = [await called('one'), await called('two')];
    for (const call of ended) await a.parley.attention.attend(call);
    expect((await seen()).focus).toEqual(['test:one', 'test:two']);
    for (const { turn: id } of ended) {
      const stored = await all.store.collection('turns').get(id);
      await all.store.collection('turns').replace({ ...(stored as Turn), state: 'done' });
    }
    await b.orchestrator.takeCare();
    await b.clock.advance(0);
    expect(await seen()).toEqual({ focus: [], waiting: [] });
  });

  it('asks again for a turn that it attends to, as its wake-up may be lost', async () => {
    const { a, b, called, seen } = await two(1);
    const one = await called('one');
    await a.parley.attention.attend(one);
    await b.parley.attention.attend(one);
    expect(await seen()).toEqual({ focus: ['test:one'], waiting: [] });
  });

  it('costs no more where many dialogues wait', async () => {
    const clock = heldClock();
    const store = openMemoryStore({ clock });
    let looked = 0;
    const turns = store.collection('turns');
    const getMany: typeof turns.getMany = ids => {
      looked += ids.length;
      return turns.getMany(ids);
    };
    const counting = {
      ...store,
      collection: (name: 'turns') => (name === 'turns' ? { ...turns, getMany } : store.collection(name)),
    } as typeof store;
    const rules = () => ({ atOnce: 2, weights, now: clock.now() });
    const minds = sharedMinds({ store: counting, rules });
    for (let n = 0; n < 100; n += 1) {
      const made = turn(`turn${n}`, 'queued', `room${n}`) as { _id: TurnId; chat: ChatId };
      await turns.insert([made as never]);
      const call = { turn: made._id, dialogue: made.chat, mention: true, directMessage: false, deadline: null };
      await minds.change(ada, mind => attending(mind, call, rules()));
    }
    expect((await minds.read(ada)).waiting).toHaveLength(98);
    expect(looked).toBeLessThanOrEqual(200);
  });
});
