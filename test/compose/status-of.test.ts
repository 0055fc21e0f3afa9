import { expect, it } from 'vitest';
import { statusOf } from '../../src/compose/status-of.ts';
import type { Known, Watched } from '../../src/compose/watched.ts';
import type { Store } from '../../src/ports/store.ts';
import { localQueue } from '../../src/queues/local/queue.ts';
import { heldClock } from '../fakes/clock.ts';

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
