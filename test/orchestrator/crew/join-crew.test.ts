import { beforeEach, describe, expect, it } from 'vitest';
import { type ProcessId, processId } from '../../../src/core/ids.ts';
import { joinCrew, type Membership } from '../../../src/orchestrator/crew/join-crew.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { type HeldClock, heldClock } from '../../fakes/clock.ts';

let store: Store;
beforeEach(() => {
  store = openMemoryStore({ clock: heldClock() });
});

interface One {
  readonly crew: Membership;
  /** Time passes for this process only: one whose clock stands is frozen. */
  readonly clock: HeldClock;
  readonly seen: string[];
}

async function join(name: string, through: Store = store, takesOverForMs = 0): Promise<One> {
  const clock = heldClock();
  const seen: string[] = [];
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const crew = await joinCrew({
    store: through,
    clock,
    elapsed: clock.now,
    log: quiet,
    self: { id: processId(name), role: 'all', host: 'here', pid: 1 },
    onLost: () => seen.push('lost'),
  });
  crew.serve({
    begin: () => seen.push('caretaker'),
    async takeOver(process) {
      if (takesOverForMs > 0) await new Promise<void>(resolve => void clock.after(takesOverForMs, resolve));
      seen.push(`takes over ${process}`);
    },
  });
  await clock.advance(0);
  return { crew, clock, seen };
}

async function pass(ms: number, ...of: readonly One[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) for (const { clock } of of) await clock.advance(500);
}

const stateOf = async (id: ProcessId) => (await store.collection('processes').get(id))?.state;

describe('the processes of an installation', () => {
  it('one of them is the caretaker, and stays it', async () => {
    const [a, b, c] = [await join('a'), await join('b'), await join('c')];
    await pass(60_000, a, b, c);
    expect([a.seen, b.seen, c.seen]).toEqual([['caretaker'], [], []]);
    expect([a, b, c].map(({ crew }) => crew.holds())).toEqual([true, true, true]);
  });

  it('one that ends in good order leaves its place at once', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await a.crew.leave();
    expect(a.crew.holds()).toBe(false);
    await pass(2_500, b);
    expect(b.seen).toEqual(['caretaker', 'takes over a']);
    expect(await stateOf(a.crew.self)).toBeUndefined();
    expect(a.seen).toEqual(['caretaker']);
  });

  it('one that is killed is taken over within eleven seconds, once', async () => {
    const [a, b, c] = [await join('a'), await join('b'), await join('c')];
    await pass(4_000, a, b, c);
    await pass(11_000, b, c);
    await pass(30_000, b, c);
    expect([...b.seen, ...c.seen].sort()).toEqual(['caretaker', 'takes over a']);
  });

  it('one that takes long to take over shows meanwhile that it lives', async () => {
    const [a, b, c] = [await join('a'), await join('b', store, 20_000), await join('c', store, 20_000)];
    await pass(4_000, a, b, c);
    await pass(60_000, b, c);
    expect([...b.seen, ...c.seen].sort()).toEqual(['caretaker', 'takes over a']);
    expect([b, c].map(({ crew }) => crew.holds())).toEqual([true, true]);
  });

  it('one that was frozen knows, before the others go on, that it must not act', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await pass(4_000, a, b);
    const before = b.clock.now();
    // Its own clock goes on, as that of the machine does; only its code does not run.
    while (!b.seen.includes('takes over a')) await pass(500, b);
    const gap = b.clock.now() - before;
    expect(gap).toBeLessThan(11_000);
    const held = a.crew.holds();
    expect(held).toBe(true);
    await a.clock.advance(gap);
    expect(a.crew.holds()).toBe(false);
    expect(a.seen).toEqual(['caretaker', 'lost']);
  });

  it('one that was frozen for a shorter time than the others wait goes on', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await pass(4_000, a, b);
    await pass(5_000, b);
    await a.clock.advance(5_000);
    await pass(10_000, a, b);
    expect(a.crew.holds()).toBe(true);
    expect(b.seen).toEqual([]);
    expect(a.seen).toEqual(['caretaker']);
  });

  it('one whose store does not answer stops acting, and goes on where nobody has gone on without it', async () => {
    let away = false;
    const flaky: Store = {
      ...store,
      collection(name) {
        if (away) throw new Error('The store is away.');
        const inner = store.collection(name);
        const unlessAway = <T>(act: () => Promise<T>): Promise<T> =>
          away ? Promise.reject(new Error('The store is away.')) : act();
        return {
          ...inner,
          get: id => unlessAway(() => inner.get(id)),
          replace: document => unlessAway(() => inner.replace(document)),
        };
      },
    };
    const a = await join('a', flaky);
    await pass(4_000, a);
    away = true;
    await pass(7_000, a);
    expect(a.crew.holds()).toBe(false);
    away = false;
    await pass(2_500, a);
    expect(a.crew.holds()).toBe(true);
    expect(a.seen).toEqual(['caretaker']);
  });

  it('asks who is gone: who has ended, was given up, or was never there', async () => {
    const [a, b] = [await join('a'), await join('b')];
    expect(await a.crew.isGone(b.crew.self)).toBe(false);
    expect(await a.crew.isGone(a.crew.self)).toBe(false);
    expect(await a.crew.isGone(processId('nobody'))).toBe(true);
    await b.crew.leave();
    expect(await a.crew.isGone(b.crew.self)).toBe(true);
  });

  it('takes over again what could not be taken over', async () => {
    const [a, b] = [await join('a'), await join('b')];
    let failures = 2;
    const taken: string[] = [];
    a.crew.serve({
      begin: () => undefined,
      takeOver: async process => {
        failures -= 1;
        if (failures >= 0) throw new Error('Not now.');
        taken.push(process);
      },
    });
    await b.crew.leave();
    await pass(10_000, a);
    expect(taken).toEqual(['b']);
  });
});
