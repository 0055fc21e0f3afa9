import { expect, it } from 'vitest';
import { memoryNetwork } from '../../../bridges/memory/network.ts';
import { event } from '../../../src/core/events/event.ts';
import { agentId } from '../../../src/core/ids.ts';
import { setLimit } from '../../../src/orchestrator/budgets/set-limit.ts';
import { keepUp } from '../../../src/orchestrator/crew/keep-up.ts';
import { pauseAgent } from '../../../src/orchestrator/lifecycle/change-agent.ts';
import { noSignals } from '../../../src/ports/signals.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { type Common, processOf } from '../../fakes/crew.ts';

const twoProcesses = async () => {
  const clock = heldClock();
  const deaf: Common = {
    store: openMemoryStore({ clock }),
    network: memoryNetwork({ clock }),
    signals: () => noSignals,
  };
  const [a, b] = [await processOf(deaf, 'a', { role: 'all' }), await processOf(deaf, 'b', { role: 'worker' })];
  return { a, b, store: deaf.store };
};

it('a process whose signals are lost knows within half a minute which agents and limits others have changed', async () => {
  const { a, b } = await twoProcesses();
  const ada = agentId('ada');
  const by = a.bridge.person('mara').id;
  await pauseAgent(a.parley, { agent: ada, by });
  await setLimit(a.parley, { holder: { scope: 'agent', id: ada }, limit: { tokens: 5 }, when: 'always', by });
  await b.clock.advance(30_000);
  expect(b.parley.agents.get(ada)?.paused).toMatchObject({ by });
  expect(b.parley.limits.of({ scope: 'agent', id: ada }, '2026-01-01')).toMatchObject({ tokens: 5 });
  b.orchestrator.stop();
});

it('agents that nobody changes are read at the first look and every ten minutes, not every half a minute', async () => {
  const { b, store } = await twoProcesses();
  await b.clock.advance(120_000);
  const agents = store.collection('agents');
  const read: number[] = [];
  const find: typeof agents.find = async query => {
    const found = await agents.find(query);
    read.push(found.length);
    return found;
  };
  const counted = {
    ...store,
    collection: (name: never) => (name === 'agents' ? { ...agents, find } : store.collection(name)),
  };
  const sum = (): number => read.reduce((all, count) => all + count, 0);
  const stop = keepUp({ ...b.parley, store: counted as never });
  await b.clock.advance(30_000);
  const all = sum();
  expect(all).toBeGreaterThan(2);
  await b.clock.advance(10 * 60_000);
  expect(sum()).toBe(all);
  await b.clock.advance(30_000);
  expect(sum()).toBe(2 * all);
  stop();
  b.orchestrator.stop();
});

it('a look at all agents that failed is made up for by the next look', async () => {
  const { b, store } = await twoProcesses();
  const agents = store.collection('agents');
  const read: number[] = [];
  let away = true;
  const find: typeof agents.find = async query => {
    if (away) throw new Error('the store is away');
    const found = await agents.find(query);
    read.push(found.length);
    return found;
  };
  const weak = {
    ...store,
    collection: (name: never) => (name === 'agents' ? { ...agents, find } : store.collection(name)),
  };
  const stop = keepUp({ ...b.parley, store: weak as never });
  await b.clock.advance(30_000);
  away = false;
  await b.clock.advance(30_000);
  expect(read[0]).toBeGreaterThan(2);
  stop();
  b.orchestrator.stop();
});

it('a process that is not the caretaker tries the dead letters again whose events come to it', async () => {
  const { a, b, store } = await twoProcesses();
  expect([a.seen, b.seen]).toEqual([['caretaker'], []]);
  const retired = event('AgentRetired', { agent: agentId('ada'), version: 2, by: null }, null);
  const letter = { topic: retired.topic, event: { ...retired, timestamp: 1 } as never, raw: null, error: 'Error' };
  await store
    .collection('dead_letters')
    .insert([{ ...letter, _id: 'audit/1', group: 'audit', attempts: 8, retry: true, timestamp: 1 }]);
  await b.clock.advance(30_000);
  expect(await store.collection('dead_letters').find({ limit: 9 })).toEqual([]);
  const audit = await store.collection('audit').find({ limit: 99 });
  expect(audit.filter(({ what }) => what === 'AgentRetired')).toHaveLength(1);
  b.orchestrator.stop();
});
