import { expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { readInstallation } from '../../src/orchestrator/backup/read-installation.ts';
import type { Stored } from '../../src/ports/store.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { looking } from './support/room.ts';
import { worker } from './support/worker.ts';

/** A task that is copied, so many documents at a time, while it goes on step by step; and what becomes of the copy. */
async function copied(atATime: number) {
  const clock = heldClock();
  const bridge = memoryBridge(memoryNetwork({ clock }));
  const store = openMemoryStore({ clock });
  const first = await testParley({ clock, bridge, store });
  const works = worker();
  let gate = Promise.withResolvers<void>();
  first.runtime.work(async (request, signal) => {
    signal.addEventListener('abort', () => gate.reject(signal.reason));
    await gate.promise;
    gate = Promise.withResolvers();
    return works(request, signal);
  });
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom'] });
  await first.settle();
  mara.say(chat, '!task Write a haiku');
  await first.settle();
  const copy = openMemoryStore({ clock });
  let read = 0;
  for await (const { collection, document } of readInstallation(store, { page: 1 })) {
    await copy.collection(collection as Stored['collection']).insertAsIs([document] as never);
    read += 1;
    if (read % atATime !== 0) continue;
    gate.resolve();
    await first.settle();
  }
  await first.crash();
  const second = await testParley({ clock, bridge, store: copy });
  second.runtime.work(works);
  const { rest, task, thread, files, cards } = looking(second, chat);
  await rest();
  const said = thread().map(({ text }) => text.split('\n')[0]);
  return {
    status: (await task()).status,
    twice: said.length - new Set(said).size,
    files: files().length,
    cards: cards().length,
  };
}

it.each([1, 2, 3, 4, 5, 7, 10, 15, 25])(
  'a copy that is made while a task goes on, %i documents at a time, goes on like a crash',
  async atATime => {
    expect(await copied(atATime)).toEqual({ status: 'complete', twice: 0, files: 1, cards: 1 });
  },
);
