import { expect, it } from 'vitest';
import { readInstallation } from '../../src/orchestrator/backup/read-installation.ts';
import { exportPerson } from '../../src/orchestrator/people/export-data.ts';
import { beginForgetting, endForgetting, forgetOnce } from '../../src/orchestrator/people/forget-person.ts';
import type { Store, Stored } from '../../src/ports/store.ts';
import { taskRoom } from './support/room.ts';
import { worker } from './support/worker.ts';

async function all(documents: AsyncIterable<Stored>): Promise<Stored[]> {
  const found: Stored[] = [];
  for await (const stored of documents) found.push(stored);
  return found;
}

const textIn = async (store: Store): Promise<string> => JSON.stringify(await all(readInstallation(store)));

it('the message that asked for a task is taken back: the task ends, and nothing of the wish is left in it', async () => {
  const room = await taskRoom();
  const steps = ['Draw the secret garden'];
  room.runtime.work(
    worker({
      design: () => ({ calls: [['submit_plan', { steps, checks: ['It is green'] }]] }),
      build: (_, signal) => new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }),
  );
  const wish = room.mara.say(room.chat, '!task Write about my secret garden');
  await room.rest();
  room.mara.redact(room.chat, wish);
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'cancelled', title: 'taken back', plan: null });
  expect(room.cards()[0]?.text).toContain('taken back');
  expect(JSON.stringify([await room.task(), await room.store.collection('messages').get(wish)])).not.toContain(
    'secret garden',
  );
  const where = { task: (await room.task())._id };
  expect(await room.store.collection('task_steps').find({ where, limit: 10 })).toEqual([]);
  room.mara.say(room.chat, '!task retry 1');
  await room.rest();
  expect(room.message('What was wanted in task #1 is forgotten.')).toBeDefined();
  expect((await room.task()).status).toBe('cancelled');
});

it('the message is taken back when the task is done: its steps and files are forgotten, too', async () => {
  const room = await taskRoom();
  const wish = room.mara.say(room.chat, '!task Write about my secret garden');
  await room.rest();
  const { _id: task } = await room.task();
  const left = async (): Promise<number[]> => {
    const names = ['task_steps', 'task_updates', 'task_files'] as const;
    return Promise.all(
      names.map(async name => (await room.store.collection(name).find({ where: { task }, limit: 99 })).length),
    );
  };
  expect((await left()).every(count => count > 0)).toBe(true);
  room.mara.redact(room.chat, wish);
  await room.rest();
  expect(await left()).toEqual([0, 0, 0]);
});

it('a person gets their tasks with what came of them, and nobody else’s', async () => {
  const room = await taskRoom();
  room.mara.say(room.chat, '!task Write a haiku about Mara');
  await room.rest();
  room.tom.say(room.chat, '!task Write a haiku about Tom');
  await room.rest();
  const found = await all(exportPerson(room.store, room.mara.id));
  const of = (name: string) => found.filter(({ collection }) => collection === name).map(({ document }) => document);
  expect(of('tasks')).toMatchObject([{ title: 'Write a haiku about Mara' }]);
  expect(of('task_files')).toMatchObject([{ path: 'output/haiku.md' }]);
  expect(of('task_updates').length).toBeGreaterThan(4);
});

it('of a forgotten person no task tells anything; those of others stay', async () => {
  const room = await taskRoom();
  room.mara.say(room.chat, '!task Write about the secret garden');
  room.tom.say(room.chat, '!task Write about the sea');
  await room.rest();
  const before = await textIn(room.store);
  expect(before).toContain('secret garden');
  const forgetting = await beginForgetting(room.store, room.mara.id, 'x1');
  for (let pass = 0; pass < 3; pass += 1) await forgetOnce(room.store, forgetting, false);
  await endForgetting(room.store, forgetting, 5);
  const left = await textIn(room.store);
  expect([left.includes('secret garden'), left.includes('@mara')]).toEqual([false, false]);
  expect(left).toContain('Write about the sea');
  const steps = await room.store
    .collection('task_steps')
    .find({ where: { task: (await room.task(1))._id }, limit: 10 });
  expect([steps, (await room.task(2)).status]).toEqual([[], 'complete']);
});

it('of a forgotten person nothing is left in the tasks of others, in which they had a say', async () => {
  const room = await taskRoom();
  room.runtime.work(
    worker({
      async build(request, signal) {
        if (request.done.length === 0) room.mara.say(room.chat, 'Think of the hidden spring', { thread: room.card() });
        await room.settle();
        return request.done.length === 1
          ? { calls: [['ask_person', { question: 'Which sea?' }]] }
          : worker()(request, signal);
      },
    }),
  );
  room.tom.say(room.chat, '!task Write about the sea');
  await room.rest();
  room.mara.react(room.chat, room.card(), '⏸');
  await room.rest();
  room.mara.react(room.chat, room.card(), '▶');
  room.mara.say(room.chat, 'The one beside the old mill', { thread: room.card() });
  await room.rest();
  expect((await room.task()).status).toBe('complete');
  const before = await textIn(room.store);
  expect([before.includes('hidden spring'), before.includes('old mill')]).toEqual([true, true]);
  const forgetting = await beginForgetting(room.store, room.mara.id, 'x1');
  for (let pass = 0; pass < 3; pass += 1) await forgetOnce(room.store, forgetting, false);
  expect((await forgetOnce(room.store, forgetting, true)).touched).toEqual({});
  await endForgetting(room.store, forgetting, 5);
  const left = await textIn(room.store);
  expect(['hidden spring', 'old mill', '@mara'].filter(words => left.includes(words))).toEqual([]);
  expect(left).toContain('Write about the sea');
});
