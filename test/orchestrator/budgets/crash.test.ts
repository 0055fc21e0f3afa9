import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { heldReply } from '../../fakes/runtime.ts';
import { rules, runtimeUsing, scene, storedBudgets } from './scene.ts';

const limits = rules({ installation: { all: 10_000 }, agent: { ada: 10_000 }, person: { default: 10_000 } });
/** What an answer takes, and what is estimated for it. */
const actual = 90;
const estimate = 100;

/** A store that from its nth write on never comes back: what a process sees that is killed there. */
function dyingStore(store: Store): Store & { dieAt(write: number): void; writes(): number } {
  let writes = 0;
  let last = Number.POSITIVE_INFINITY;
  const alive = <T>(work: () => Promise<T>): Promise<T> => {
    writes += 1;
    return writes > last ? new Promise<T>(() => undefined) : work();
  };
  return {
    collection(name) {
      const inner = store.collection(name);
      return {
        ...inner,
        append: (drafts, outlives) => alive(() => inner.append(drafts, outlives)),
        insert: (drafts, outlives) => alive(() => inner.insert(drafts, outlives)),
        replace: (document, outlives) => alive(() => inner.replace(document, outlives)),
      };
    },
    close: () => store.close(),
    dieAt(write) {
      [writes, last] = [0, write];
    },
    writes: () => writes,
  };
}

async function killedAfter(write: number) {
  const clock = heldClock();
  const kept = openMemoryStore({ clock });
  const store = dyingStore(kept);
  const first = await scene(limits, { clock, store, runtime: runtimeUsing(50, 40) });
  store.dieAt(write);
  await first.say('Hello');
  const died = store.writes() > write;
  void first.crash();
  await clock.advance(1000);
  const second = await scene(limits, { clock, store: kept, bridge: first.bridge, runtime: runtimeUsing(50, 40) });
  await second.settle();
  await clock.advance(4 * 60_000);
  const calls = first.runtime.requests.length + second.runtime.requests.length;
  const answers = second.answers(first.chat).filter(({ notice }) => !notice);
  return { died, calls, answers, budgets: await storedBudgets(second) };
}

describe('after a crash between any two writes', () => {
  it('nothing stays set aside, and no call of a model counts twice', async () => {
    for (let write = 1; ; write += 1) {
      const { died, calls, answers, budgets } = await killedAfter(write);
      expect(answers, `killed after write ${write}`).toHaveLength(1);
      expect(Object.keys(budgets)).toHaveLength(3);
      for (const budget of Object.values(budgets)) {
        expect(budget, `killed after write ${write}`).toMatchObject({ reserved: {}, open: false });
        expect(budget.used.tokens).toBeGreaterThanOrEqual(actual * calls);
        expect(budget.used.tokens).toBeLessThanOrEqual(actual + (died ? estimate : 0));
      }
      if (!died) break;
      expect(write).toBeLessThan(60);
    }
  });
});

describe('after a restart', () => {
  it('an answer that was broken off counts as far as it got, and is made again', async () => {
    const first = await scene(limits);
    first.runtime.answer(heldReply().script);
    await first.say('Hello');
    expect((await storedBudgets(first))['agent:ada/2026-01-01']).toMatchObject({ open: true, used: { tokens: 0 } });
    await first.crash();
    const { bridge, store, clock } = first;
    const second = await scene(limits, { bridge, store, clock });
    await second.settle();
    expect((await storedBudgets(second))['agent:ada/2026-01-01']).toMatchObject({ open: false, used: { tokens: 160 } });
  });

  it('a note that was not said is said by the sweep, once', async () => {
    const first = await scene(rules({ person: { default: 120 } }));
    const insert = first.store.collection('turns').insert;
    const turns = first.store.collection('turns');
    turns.insert = async (drafts, outlives) => {
      if (drafts.some(({ reason }) => reason === 'budget')) throw new Error('no');
      return insert(drafts, outlives);
    };
    await first.say('Hello');
    expect(first.texts()).toHaveLength(1);
    turns.insert = insert;
    await first.clock.advance(120_000);
    expect(first.texts()).toHaveLength(2);
    await first.clock.advance(120_000);
    expect(first.texts()).toHaveLength(2);
  });
});
