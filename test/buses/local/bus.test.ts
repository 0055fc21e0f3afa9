import { describe, expect, it } from 'vitest';
import { localBus } from '../../../src/buses/local/bus.ts';
import type { DomainEvent } from '../../../src/core/events/event.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { bench, nameOf, said } from '../../contracts/bus/bench.ts';
import { busContract } from '../../contracts/bus.ts';
import { heldClock } from '../../fakes/clock.ts';
import { silentLog } from '../../fakes/log.ts';

busContract('The local bus', localBus);

describe('The local bus', () => {
  it('takes no more than may wait, keeps the rest as dead letters with no attempts, and says so once', async () => {
    const clock = heldClock();
    const store = openMemoryStore({ clock });
    const warnings: string[] = [];
    const write = (_fields: unknown, message: string): void => void warnings.push(message);
    const bus = localBus({ clock, store, log: { debug: write, info: write, warn: write, error: write } });
    const handle = () => new Promise<void>(() => undefined);
    bus.subscribe({ group: 'slow', topics: ['Messages'], durable: true, attempts: 3, most: 2, handle });
    bus.subscribe({ group: 'page', topics: ['Messages'], durable: false, attempts: 3, most: 2, handle });
    bus.publish([1, 2, 3, 4].map(number => said('a', number)));
    await clock.advance(0);
    const letters = await store.collection('dead_letters').find({ limit: 10 });
    expect(letters.map(({ group, event, attempts }) => [group, event && nameOf(event), attempts])).toEqual([
      ['slow', 'a/3', 0],
      ['slow', 'a/4', 0],
    ]);
    expect(warnings).toEqual([
      'A subscriber is too far behind; what comes now is kept in dead_letters.',
      'A subscriber is too far behind; it misses what comes now.',
    ]);
  });

  it('keeps dead letters while the store fails, and stores them when it is back', async () => {
    let full = true;
    const { clock, hear, bus, store, until } = bench(given =>
      localBus({
        ...given,
        store: {
          collection(name) {
            if (full) throw new Error('The store is gone.');
            return given.store.collection(name);
          },
        },
      }),
    );
    const { begun } = hear({ attempts: 1, handle: () => Promise.reject(new Error('The handler failed.')) });
    bus.publish([said('a', 1), said('a', 2)]);
    await until(() => begun.length === 2);
    full = false;
    await clock.advance(5_000);
    await clock.advance(0);
    expect(await store.collection('dead_letters').find({ limit: 10 })).toHaveLength(2);
  });
});

it('tries a dead letter again also behind many of a group that is not there any more, and a bounded number at once', async () => {
  const clock = heldClock();
  const store = openMemoryStore({ clock });
  const bus = localBus({ store, clock, log: silentLog });
  const heard: string[] = [];
  const handle = async (event: DomainEvent): Promise<void> => void heard.push(nameOf(event));
  bus.subscribe({ group: 'z', topics: ['Messages'], durable: true, attempts: 1, most: 1_000, handle });
  const letter = (group: string, number: number) => ({
    ...{ _id: `${group}/${number}`, group, topic: 'Messages' as const, raw: null, retry: true },
    ...{ event: { ...said('a', number), timestamp: 1 } as never, error: 'Error', attempts: 1, timestamp: 1 },
  });
  const numbers = Array.from({ length: 150 }, (_, number) => number);
  await store.collection('dead_letters').insert(numbers.flatMap(at => [letter('gone', at), letter('z', at)]));
  for (const count of [100, 150, 150]) {
    await bus.retryLetters();
    await clock.advance(0);
    expect(heard).toHaveLength(count);
  }
});
