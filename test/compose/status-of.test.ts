import { expect, it } from 'vitest';
import { processesLine, redisPart } from '../../src/compose/monitored-parts.ts';
import { statusOf } from '../../src/compose/status-of.ts';
import type { Known, Watched } from '../../src/compose/watched.ts';
import { agentId, processId } from '../../src/core/ids.ts';
import type { Store } from '../../src/ports/store.ts';
import { localQueue } from '../../src/queues/local/queue.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { exampleAgent } from '../contracts/bridge/example-agent.ts';
import { heldClock } from '../fakes/clock.ts';
import { redisAddress } from '../fakes/redis-address.ts';

const today = { day: '2026-01-01', since: 0, inputTokens: 1, outputTokens: 2, cost: 0 };
const prices = { timeZone: 'UTC', currency: 'EUR', priceOf: () => null };
const readiness = async () => ({ ready: false, phase: 'running' as const, parts: [] });

/** A store to which every call is under way for ever, as to a server that is frozen. */
const hanging: Store = {
  collection: () => new Proxy({}, { get: () => () => new Promise(() => undefined) }) as never,
  close: async () => undefined,
};

it('a status comes also where the store and the queue say nothing, without what only they know', async () => {
  const clock = heldClock();
  const known: Known = { startedAt: 0, clock, errors: () => [], today: () => today };
  const queue = { ...localQueue({ clock }), lengths: () => new Promise<never>(() => undefined) };
  const watched: Watched = { parley: { store: hanging, queue, agents: new Map() }, prices, models: async () => [] };
  const told = statusOf(known, { watched, readiness });
  await clock.advance(2_000);
  const late = Symbol();
  const status = await Promise.race([told, new Promise(resolve => setImmediate(resolve, late))]);
  expect(status).toMatchObject({ rooms: { known: 0, more: true }, queues: [], today: { inputTokens: 1 } });
});

it('a status counts the agents that people talk with, as the start lists them', async () => {
  const clock = heldClock();
  const known: Known = { startedAt: 0, clock, errors: () => [], today: () => today };
  const store = openMemoryStore({ clock });
  const all = [exampleAgent(agentId('ada')), { ...exampleAgent(agentId('parley')), role: 'orchestrator' as const }];
  const agents = new Map(all.map(agent => [agent._id, agent]));
  const watched: Watched = { parley: { store, queue: localQueue({ clock }), agents }, prices, models: async () => [] };
  const { agents: counts } = await statusOf(known, { watched, readiness });
  expect(Object.values(counts)).toEqual([1]);
});

it('of several processes each says which part it has, beside how many there are', () => {
  const here = (id: string, role: 'bridge' | 'worker') => ({ _id: processId(id), role, state: 'here' as const });
  const all = [
    here('a', 'bridge'),
    here('b', 'worker'),
    here('c', 'worker'),
    { ...here('d', 'worker'), state: 'gone' as const },
  ];
  expect(processesLine(all, processId('b'))).toBe('bridge 1, worker 2; this is a worker');
});

it('a Redis that is away is told of with what that means, and is not needed', async () => {
  const address = redisAddress('redis://:secret@redis.internal:6379');
  const part = redisPart({ address, isAway: () => true });
  expect(part.needed).toBe(false);
  await expect(part.check()).rejects.toThrow('away (redis.internal:6379): work goes on more slowly until it is back');
});
