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

  it('loses nothing that still waits after that: it is with the dead letters, or the next process has it', async () => {
    const { bus, clock, hear, letters, settle, until, reopened } = bench(open);
    const { begun } = hear({ handle: () => new Promise(() => undefined) });
    hear({ group: 'page', durable: false, handle: () => new Promise(() => undefined) });
    bus.publish([said('a', 1), said('a', 2), said('b', 1)]);
    await until(() => begun.length === 2);
    await settle();
    const closing = bus.close(1000);
    await settle();
    await clock.advance(1000);
    await closing;
    const next = reopened();
    const { ended } = next.hear({});
    next.hear({ group: 'page', durable: false });
    const kept = async (): Promise<string[]> =>
      (await letters()).map(({ group, event }) => `${group} ${event && nameOf(event)}`);
    const all = async (): Promise<string[]> => [...(await kept()), ...ended.map(name => `a ${name}`)].sort();
    await until(async () => (await all()).length === 3);
    expect(await all()).toEqual(['a a/1', 'a a/2', 'a b/1']);
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
