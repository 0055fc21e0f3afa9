import { expect, it } from 'vitest';
import { emptyFloor } from '../../src/core/floor/floor.ts';
import type { ChatId } from '../../src/core/ids.ts';
import type { ChatEvent, Message } from '../../src/core/message.ts';
import { openMessageLog } from '../../src/orchestrator/message-log.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Store } from '../../src/ports/store.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { message } from '../contracts/store/fixtures.ts';
import { heldClock } from '../fakes/clock.ts';

const unheard: Bus = {
  publish: () => undefined,
  keep: async () => undefined,
  subscribe: () => undefined,
  retryLetters: async () => undefined,
  close: async () => undefined,
};

const event = (name: string, room = 'lobby'): ChatEvent => {
  const { order, status, editedAt, cause, hop, ...told } = message(name, 1, room) as Message;
  return told as ChatEvent;
};

const logOf = (store: Store) => openMessageLog({ store, bus: unheard });

async function linesOf(store: Store, chat: ChatId): Promise<readonly [string, number][]> {
  const orderBy = { field: 'order', direction: 'asc' } as const;
  const lines = await store.collection('messages').find({ where: { chat }, orderBy, limit: 1000 });
  return lines.map(line => [line._id, line.order]);
}

it('numbers the lines of each room without gaps', async () => {
  const store = openMemoryStore({ clock: heldClock() });
  await logOf(store).append([event('a'), event('x', 'other'), event('b')]);
  expect(await linesOf(store, event('a').chat)).toEqual([
    [event('a')._id, 1],
    [event('b')._id, 2],
  ]);
  expect(await linesOf(store, event('x', 'other').chat)).toEqual([[event('x', 'other')._id, 1]]);
});

it('passes over what is there already, and keeps the order of the rest', async () => {
  const store = openMemoryStore({ clock: heldClock() });
  const log = logOf(store);
  await log.append([event('a'), event('b')]);
  await log.append([event('b'), event('c'), event('a'), event('d')]);
  const { chat } = event('a');
  expect(await linesOf(store, chat)).toEqual(['a', 'b', 'c', 'd'].map((name, at) => [event(name)._id, at + 1]));
});

it('never leaves a gap that is filled later, with three processes that append at once', async () => {
  const store = openMemoryStore({ clock: heldClock() });
  const logs = [logOf(store), logOf(store), logOf(store)];
  const sets = logs.map((_, by) => Array.from({ length: 20 }, (_, at) => event(`${by}-${at}`)));
  await Promise.all(
    logs.map((log, by) => Promise.all([log.append(sets[by] ?? []), log.append([event(`late-${by}`)])])),
  );
  const lines = await linesOf(store, event('a').chat);
  expect(lines.map(([, order]) => order)).toEqual(Array.from({ length: 63 }, (_, at) => at + 1));
  for (const set of sets) {
    const places = set.map(({ _id }) => lines.findIndex(([id]) => id === _id));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  }
});

it('goes on behind the cursor of a room whose lines are gone', async () => {
  const store = openMemoryStore({ clock: heldClock() });
  const { chat } = event('a');
  await store.collection('speaker_queues').insert([{ ...emptyFloor(chat), handledThrough: 41 }]);
  await logOf(store).append([event('a')]);
  expect(await linesOf(store, chat)).toEqual([[event('a')._id, 42]]);
});

it('goes on after the store has failed', async () => {
  const store = openMemoryStore({ clock: heldClock() });
  let failing = true;
  const flaky: Store = {
    ...store,
    collection: name => {
      const collection = store.collection(name);
      const append: typeof collection.append = drafts =>
        failing ? Promise.reject(new Error('The store is away.')) : collection.append(drafts);
      return { ...collection, append };
    },
  };
  const log = logOf(flaky);
  await expect(log.append([event('a')])).rejects.toThrow('away');
  failing = false;
  await log.append([event('a'), event('b')]);
  expect((await linesOf(store, event('a').chat)).map(([, order]) => order)).toEqual([1, 2]);
});
