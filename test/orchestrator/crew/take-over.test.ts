import { describe, expect, it } from 'vitest';
import { memoryBridge } from '../../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { ParleyError } from '../../../src/core/errors.ts';
import { agentId, agentMember, type ChatId, externalIdOf } from '../../../src/core/ids.ts';
import { wakeLately } from '../../../src/orchestrator/sweep.ts';
import { topics } from '../../../src/orchestrator/topics.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { type Common, loudHall, type Process, processOf } from '../../fakes/crew.ts';
import { heldReply } from '../../fakes/runtime.ts';

const ada = agentId('ada');

function common(): Common {
  const clock = heldClock();
  return { store: openMemoryStore({ clock }), network: memoryNetwork({ clock }), signals: loudHall() };
}

async function pass(ms: number, ...of: readonly Process[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) for (const { clock } of of) await clock.advance(500);
}

/** Mara asks Ada, by the bridge of the first of them. */
async function asked(...processes: readonly [Process, ...Process[]]): Promise<ChatId> {
  const [{ bridge, settle }] = processes;
  const mara = bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await pass(500, ...processes);
  mara.say(chat, 'What now?');
  await settle();
  return chat;
}

/** An edit of a frozen process that was on its way arrives. */
async function growAgain({ network }: Common, chat: ChatId, deliveryId: string): Promise<void> {
  const [shown] = [...network.room(chat).shown.values()].filter(({ from }) => from === agentMember(ada));
  if (!shown?.mark) throw new Error('there is no answer');
  await memoryBridge(network).edit(externalIdOf(shown.id), {
    ...{ chat, as: ada, thread: null, replyTo: null, people: null, deliveryId },
    body: { kind: 'markdown', text: 'From the fro', notice: false },
    mark: { ...shown.mark, state: 'streaming' },
  });
}

describe('a process that answers', () => {
  it('is taken over when it is killed in the middle of an answer, which people get once', async () => {
    const all = common();
    const [a, b] = [await processOf(all, 'a', { role: 'all' }), await processOf(all, 'b', { role: 'worker' })];
    const held = heldReply();
    a.runtime.answer(held.script);
    b.runtime.answer(() => 'From the second one.');
    const chat = await asked(a, b);
    await held.asked;
    held.say('This is the beginning of an answer that nobody will ever read to its end. '.repeat(9));
    await pass(2_000, a, b);
    expect(a.answers(chat)[0]?.text).toContain('This is the beginning');
    await pass(12_000, b);
    expect(b.answers(chat)).toEqual([{ agent: 'ada', text: 'From the second one.', notice: false }]);
  });

  it('can do no harm when it was frozen, and wakes up after the others have gone on', async () => {
    const all = common();
    const [a, b] = [await processOf(all, 'a', { role: 'all' }), await processOf(all, 'b', { role: 'worker' })];
    const held = heldReply();
    a.runtime.answer(held.script);
    b.runtime.answer(() => 'From the second one.');
    const chat = await asked(a, b);
    await held.asked;
    await pass(12_000, b);
    // It wakes up: its clock has gone on meanwhile, and its model has finished.
    held.say('From the frozen one. '.repeat(20));
    held.end();
    await a.clock.advance(12_000);
    await pass(5_000, a, b);
    expect(a.seen).toContain('lost');
    expect(b.answers(chat)).toEqual([{ agent: 'ada', text: 'From the second one.', notice: false }]);
    const turns = await all.store.collection('turns').find({ where: { chat }, limit: 10 });
    expect(turns.map(({ state, attempts, claimedBy }) => [state, attempts, claimedBy])).toEqual([['done', 2, 'b']]);
  });

  it('shows no more of an answer that another one has ended, when it wakes up and its model still speaks', async () => {
    const all = common();
    const [a, b] = [await processOf(all, 'a', { role: 'all' }), await processOf(all, 'b', { role: 'worker' })];
    const held = heldReply();
    a.runtime.answer(held.script);
    b.runtime.answer(() => 'From the second one.');
    const chat = await asked(a, b);
    await held.asked;
    held.say('This is the beginning of an answer that grows. '.repeat(9));
    await pass(1_000, a, b);
    held.say('It goes on. ');
    await pass(12_000, b);
    const stateOf = () => [...all.network.room(chat).shown.values()].map(({ mark }) => mark?.state);
    expect(stateOf()).toContain('complete');
    const before = stateOf();
    // Else it would be put right at once.
    for (const { parley } of [a, b]) {
      const { wake } = parley.queue;
      parley.queue.wake = (topic, key) => (topic === topics.endings ? undefined : wake(topic, key));
    }
    await a.clock.advance(12_000);
    expect(stateOf()).toEqual(before);
    expect(a.seen).toContain('lost');
  });

  it('has its answer as it was meant where an edit of a frozen process arrives after its end', async () => {
    const all = common();
    const a = await processOf(all, 'a', { role: 'all' });
    a.runtime.answer(() => 'From the living one.');
    const chat = await asked(a);
    await pass(1_000, a);
    for (const time of ['first', 'second']) {
      await growAgain(all, chat, `late, the ${time} time`);
      expect(a.answers(chat).map(({ text }) => text)).toEqual(['From the fro']);
      await pass(1_000, a);
      expect(a.answers(chat).map(({ text }) => text)).toEqual(['From the living one.']);
    }
  });

  it('has its answer as it was meant also where the wake-up for that is lost with Redis', async () => {
    const all = common();
    const a = await processOf(all, 'a', { role: 'all' });
    a.runtime.answer(() => 'From the living one.');
    const chat = await asked(a);
    await pass(1_000, a);
    const { wake } = a.parley.queue;
    a.parley.queue.wake = (topic, key) => (topic === topics.endings ? undefined : wake(topic, key));
    await growAgain(all, chat, 'late');
    await pass(5_000, a);
    expect(a.answers(chat).map(({ text }) => text)).toEqual(['From the fro']);
    a.parley.queue.wake = wake;
    await wakeLately(a.parley);
    await pass(1_000, a);
    expect(a.answers(chat).map(({ text }) => text)).toEqual(['From the living one.']);
    const marks = { where: { _id: { above: 'ending:', below: 'ending;' } }, limit: 10 };
    expect(await all.store.collection('settings').find(marks)).toEqual([]);
  });

  it('is left alone while it lives, also when others are told to look', async () => {
    const all = common();
    const [a, b] = [await processOf(all, 'a', { role: 'all' }), await processOf(all, 'b', { role: 'worker' })];
    const held = heldReply();
    a.runtime.answer(held.script);
    const chat = await asked(a, b);
    await held.asked;
    await b.orchestrator.takeCare();
    await pass(30_000, a, b);
    expect(b.runtime.requests).toEqual([]);
    held.say('Done.');
    held.end();
    await pass(2_000, a, b);
    expect(a.answers(chat)).toEqual([{ agent: 'ada', text: 'Done.', notice: false }]);
  });
});

/** A store that fails `times` times right after a turn was claimed through it. */
function failingAfterClaim(store: Store, times: number): Store {
  let left = 0;
  return {
    ...store,
    collection(name) {
      const inner = store.collection(name);
      const get: typeof inner.get = id =>
        left-- > 0 ? Promise.reject(new ParleyError('STORE_FAILED', 'Away.', { retry: true })) : inner.get(id);
      const replace: typeof inner.replace = async (document, outlives) => {
        const stored = await inner.replace(document, outlives);
        if (name === 'turns' && 'claimedBy' in document) left = times;
        return stored;
      };
      return { ...inner, get, replace };
    },
  };
}

describe('an answer that fails in one process', () => {
  for (const times of [1, 2])
    it(`goes on in another one, while the first one lives${times > 1 ? ' and does not reach the store for a moment' : ''}`, async () => {
      const all = common();
      const failing = { ...all, store: failingAfterClaim(all.store, times) };
      const [a, b] = [await processOf(failing, 'a', { role: 'all' }), await processOf(all, 'b', { role: 'worker' })];
      b.runtime.answer(() => 'From the second one.');
      const chat = await asked(a, b);
      // In Redis the run that failed is anybody's; here each process has its own queue, and only the second one looks again.
      const [turn] = await all.store.collection('turns').find({ where: { chat }, limit: 1 });
      if (times > 1) {
        expect(turn?.claimedBy).toBe('a');
        await a.clock.advance(1_000);
        await a.settle();
      }
      b.parley.queue.wake(topics.turns, turn?._id ?? '');
      await b.settle();
      expect(b.answers(chat)).toEqual([{ agent: 'ada', text: 'From the second one.', notice: false }]);
    });
});

describe('what one process is told', () => {
  it('another one that works on it does: it breaks an answer off', async () => {
    const all = common();
    const [a, b] = [await processOf(all, 'a', { role: 'worker' }), await processOf(all, 'b', { role: 'all' })];
    const held = heldReply();
    b.runtime.answer(held.script);
    const chat = await asked(b, a);
    await held.asked;
    const [turn] = await all.store.collection('turns').find({ where: { chat }, limit: 1 });
    a.parley.running.interrupt(turn?._id ?? (undefined as never), 'stop');
    expect(held.aborted()).toBe(true);
  });

  it('is known to the others: an agent that changes, and a limit', async () => {
    const all = common();
    const [a, b] = [await processOf(all, 'a', { role: 'all' }), await processOf(all, 'b', { role: 'worker' })];
    const [ada] = await all.store.collection('agents').getMany(['ada' as never]);
    const changed = await all.store.collection('agents').replace({ ...ada, description: 'Knows more.' } as never);
    a.parley.service.take(changed as never);
    await b.settle();
    expect(b.parley.agents.get('ada' as never)?.description).toBe('Knows more.');
  });
});
