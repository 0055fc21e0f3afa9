import { expect, it } from 'vitest';
import { bench, nameOf, type OpenBus, said } from './bench.ts';

export function closingContract(open: OpenBus): void {
  it('lets what waits be handled when it is closed, and takes nothing more', async () => {
    const { bus, hear, settle } = bench(open);
    const { ended } = hear({});
    bus.publish([said('a', 1), said('a', 2), said('b', 1)]);
    await bus.close(1000);
    expect(ended.toSorted()).toEqual(['a/1', 'a/2', 'b/1']);
    bus.publish([said('a', 3)]);
    await bus.keep([said('a', 4)]);
    await settle();
    expect(ended).toHaveLength(3);
    await bus.close(1000);
  });

  it('puts what still waits after that with the dead letters', async () => {
    const { bus, clock, hear, letters, settle } = bench(open);
    hear({ handle: () => new Promise(() => undefined) });
    hear({ group: 'page', durable: false, handle: () => new Promise(() => undefined) });
    bus.publish([said('a', 1), said('a', 2), said('b', 1)]);
    await settle();
    const closing = bus.close(1000);
    await clock.advance(1000);
    await closing;
    const kept = await letters();
    expect(kept.map(letter => `${letter.group} ${nameOf(letter.event)}`)).toEqual(['a a/1', 'a a/2', 'a b/1']);
  });

  it('does not wait for the pause of a handler that failed', async () => {
    const { bus, hear, until } = bench(open);
    let fails = true;
    const { begun, ended } = hear({
      async handle() {
        if (fails) throw new Error('The handler failed.');
      },
    });
    bus.publish([said('a', 1)]);
    await until(() => begun.length === 1);
    fails = false;
    await bus.close(1000);
    expect(ended).toEqual(['a/1']);
  });
}
