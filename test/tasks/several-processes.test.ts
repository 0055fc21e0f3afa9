import { expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { loudHall, processOf } from '../fakes/crew.ts';
import { looking } from './support/room.ts';
import { stageIn, worker } from './support/worker.ts';

async function two() {
  const clock = heldClock();
  const network = memoryNetwork({ clock });
  const common = { store: openMemoryStore({ clock }), network, signals: loudHall() };
  const one = await processOf(common, 'one', { role: 'all' });
  const other = await processOf(common, 'other', { role: 'worker' });
  const mara = memoryBridge(network).person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom'] });
  await one.settle();
  /** Time passes for both. */
  const rest = async (): Promise<void> => {
    for (let second = 0; second < 20; second += 1) for (const { clock: own } of [one, other]) await own.advance(1_000);
  };
  return { one, other, mara, chat, rest };
}

/** Hangs in the stage build until it is broken off. */
const hangs = (broken: unknown[]) =>
  worker({
    build: (_, signal) =>
      new Promise((__, reject) =>
        signal.addEventListener('abort', () => reject(broken[broken.push(signal.reason) - 1])),
      ),
  });

it('a task that a frozen process works on is taken over by another one, and nothing is said twice', async () => {
  const { one, other, mara, chat, rest } = await two();
  one.runtime.work(hangs([]));
  other.runtime.work(worker());
  mara.say(chat, '!task Write a haiku');
  await rest();
  expect(one.runtime.stepRequests.map(stageIn)).toEqual(['design', 'build']);
  expect(other.runtime.stepRequests).toEqual([]);
  // Its clock stands, so it shows no more that it lives.
  const { thread, task } = looking(other, chat);
  for (let second = 0; second < 60; second += 1) await other.clock.advance(1_000);
  expect([(await task()).status, other.runtime.stepRequests.map(stageIn)]).toEqual([
    'complete',
    ['build', 'build', 'test', 'review'],
  ]);
  const said = thread().map(({ text }) => text.split('\n')[0]);
  expect(said).toEqual([...new Set(said)]);
});

it('a person who stops a task breaks the step off in whichever process it is', async () => {
  const { one, other, mara, chat, rest } = await two();
  const broken: unknown[] = [];
  one.runtime.work(hangs(broken));
  other.runtime.work(hangs(broken));
  mara.say(chat, '!task Write a haiku');
  const { card, task } = looking(one, chat);
  await rest();
  other.parley.signals.send({ type: 'interrupt', turn: (await task())._id as never, why: 'stop' });
  await one.settle();
  expect(broken).toHaveLength(1);
  mara.react(chat, card(), '🛑');
  await rest();
  expect((await task()).held).not.toBeNull();
});

it('a process that knows no model that can call tools lets a task wait, and another one that knows one does it', async () => {
  const { one, other, mara, chat, rest } = await two();
  one.runtime.canOnlyStep();
  other.runtime.canOnlyStep();
  mara.say(chat, '!task Write a haiku');
  const { task } = looking(one, chat);
  await rest();
  expect(await task()).toMatchObject({
    status: 'not_started',
    waits: { for: 'agent', why: expect.stringContaining('to call tools') },
  });
  other.runtime.canOnlyStep('ada', 'bruno', 'clara');
  other.runtime.work(worker());
  // Over Redis any of them hears it; here each has a queue of its own.
  other.parley.queue.wake(topics.tasks, (await task())._id);
  await rest();
  expect([(await task()).status, one.runtime.stepRequests]).toEqual(['complete', []]);
});
