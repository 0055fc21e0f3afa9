import { expect, it } from 'vitest';
import { ParleyError } from '../../../src/core/errors.ts';
import { bench, nameOf, type OpenBus, said } from './bench.ts';

export function failingContract(open: OpenBus): void {
  it('runs a handler that throws again, after growing pauses; the key’s later events wait, other keys do not', async () => {
    const { bus, clock, hear, until } = bench(open);
    let failures = 2;
    const { begun, ended } = hear({
      async handle(event) {
        if (event.key === 'test:a' && failures-- > 0) throw new Error('The handler failed.');
      },
    });
    bus.publish([said('a', 1), said('a', 2), said('b', 1)]);
    await until(() => ended.includes('b/1') && begun.includes('a/1'));
    await clock.advance(99);
    expect(begun.filter(name => name.startsWith('a'))).toEqual(['a/1']);
    await clock.advance(1);
    await until(() => begun.filter(name => name === 'a/1').length === 2);
    await clock.advance(199);
    expect(ended).toEqual(['b/1']);
    await clock.advance(1);
    await until(() => ended.length === 3);
    expect(ended).toEqual(['b/1', 'a/1', 'a/2']);
  });

  it('puts an event that keeps failing with the dead letters, with topic, error and attempts, and goes on', async () => {
    const { bus, clock, hear, until, letters } = bench(open);
    const { ended } = hear({
      group: 'audit',
      attempts: 3,
      async handle(event) {
        if (nameOf(event) === 'a/1') throw new ParleyError('STORE_FULL', 'The disk is full.');
      },
    });
    const event = said('a', 1);
    bus.publish([event, said('a', 2)]);
    await until(() => clock.advance(1000).then(() => ended.includes('a/2')));
    await until(async () => (await letters()).length > 0);
    expect(await letters()).toMatchObject([
      {
        _id: `audit/${event.id}`,
        group: 'audit',
        topic: 'Messages',
        event,
        error: 'STORE_FULL: The disk is full.',
        attempts: 3,
      },
    ]);
  });

  it('keeps nothing of a foreign error but its name: its message may quote somebody', async () => {
    const { bus, hear, until, letters } = bench(open);
    hear({
      attempts: 1,
      async handle() {
        throw new RangeError('“My secret” is no number.');
      },
    });
    bus.publish([said('a', 1)]);
    await until(async () => (await letters()).length > 0);
    expect(await letters()).toMatchObject([{ error: 'RangeError', attempts: 1 }]);
  });

  it('has an event that was kept with the dead letters, where its handler fails', async () => {
    const { bus, hear, letters, until } = bench(open);
    hear({ attempts: 1, handle: () => Promise.reject(new Error('The handler failed.')) });
    await bus.keep([said('a', 1)]);
    await until(async () => (await letters()).length === 1);
  });

  it('goes on without a letter where the group may miss events', async () => {
    const { bus, hear, until, settle, letters } = bench(open);
    const { begun } = hear({
      durable: false,
      attempts: 1,
      handle: () => Promise.reject(new Error('The handler failed.')),
    });
    bus.publish([said('a', 1), said('a', 2)]);
    await until(() => begun.length === 2);
    await settle();
    expect(await letters()).toEqual([]);
  });

  it('loses none for a group that must not miss any, however far behind it is: handled, or with the dead letters', async () => {
    const { bus, hear, until, letters } = bench(open);
    const gate = Promise.withResolvers<void>();
    const { ended } = hear({ most: 10, handle: () => gate.promise });
    const events = Array.from({ length: 250 }, (_, number) => said(`${number % 3}`, number));
    bus.publish(events);
    gate.resolve();
    await until(
      async () =>
        new Set([...ended, ...(await letters()).map(letter => letter.event && nameOf(letter.event))]).size === 250,
    );
    expect(ended.length).toBeGreaterThanOrEqual(10);
  });
}
