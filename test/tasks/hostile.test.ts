import { expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { taskStepId } from '../../src/core/ids.ts';
import { everybodyIs } from '../fakes/access.ts';
import { taskRoom } from './support/room.ts';
import { outside } from './support/tools.ts';
import { calledIn, stageIn, worker } from './support/worker.ts';

const never = (_: unknown, signal: AbortSignal): Promise<never> =>
  new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

it('who names the thread of a task in another room neither sees that task nor steers it', async () => {
  const room = await taskRoom();
  room.mara.say(room.chat, '!task Write about the secret garden');
  await room.rest();
  const elsewhere = room.tom.createRoom({ invite: ['@agent-ada', '@parley'] });
  await room.settle();
  const before = await room.task();
  for (const words of ['show', 'log', 'files', 'status', 'get this haiku.md', 'cancel', 'retry', 'assign this @Ada'])
    room.tom.say(elsewhere, `!task ${words}`, { thread: room.card() });
  for (const key of ['🛑', '🔁']) room.tom.react(elsewhere, room.card(), key);
  await room.rest();
  const shown = [...room.bridge.network.room(elsewhere).shown.values()];
  const answers = shown.filter(({ from }) => from !== room.tom.id).map(({ text }) => text);
  expect(answers.length).toBeGreaterThan(5);
  expect(answers.join('\n')).not.toMatch(/secret garden|haiku\.md|#1|design/);
  expect(await room.task()).toEqual(before);
});

it('a message in the thread that is taken back before it is read is no answer, and holds up nothing', async () => {
  const room = await taskRoom();
  const asked: string[][] = [];
  room.runtime.work(
    worker({
      async build(request) {
        asked.push(calledIn(request));
        if (asked.length > 20) throw new ParleyError('MODEL_REFUSED', 'It was asked again and again.');
        if (request.done.length > 0) return { calls: [['submit_work', { summary: 'A haiku.' }]] };
        const said = room.mara.say(room.chat, 'In German', { thread: room.card() });
        await room.settle();
        room.mara.redact(room.chat, said);
        await room.settle();
        return { calls: [['ask_person', { question: 'In which language?' }]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(await room.task()).toMatchObject({ waits: { for: 'answer' }, inbox: [] });
  room.mara.say(room.chat, 'In English', { thread: room.card() });
  await room.rest();
  expect([asked, (await room.task()).status]).toEqual([[[], ['ask_person']], 'complete']);
});

it('an agent that a person chose and whose model fails for good does not get the task again', async () => {
  const room = await taskRoom();
  const works = worker();
  let tried = 0;
  room.runtime.work((request, signal) => {
    if (stageIn(request) !== 'build') return works(request, signal);
    if (request.agent._id === 'ada') return tried === 0 ? never(request, signal) : works(request, signal);
    if (request.agent._id !== 'clara') return works(request, signal);
    tried += 1;
    throw new ParleyError('MODEL_REFUSED', 'No model of Clara can call tools.');
  });
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  room.mara.say(room.chat, '!task assign 1 @Clara');
  for (let round = 0; round < 10; round += 1) {
    await room.clock.advance(60_000);
    await room.rest();
  }
  expect(await room.task()).toMatchObject({ status: 'complete', passedOver: ['clara'] });
  expect(tried).toBeLessThan(4);
});

it('a step that a crash left uncounted is counted also where another run has begun, and no model is asked for it again', async () => {
  const room = await taskRoom();
  let asked = 0;
  room.runtime.work(
    worker({
      build(request, signal) {
        asked += 1;
        if (asked > 20) return Promise.reject(new ParleyError('MODEL_REFUSED', 'It was asked again and again.'));
        return asked === 1 ? never(request, signal) : worker()(request, signal);
      },
    }),
  );
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  room.mara.say(room.chat, '!task pause', { thread: room.card() });
  await room.rest();
  const { _id: task, steps, run, assignedTo } = await room.task();
  const usage = { model: 'scripted', inputTokens: 7, outputTokens: 0 };
  const orphan = { task, order: steps + 1, run: run - 1, agent: assignedTo as never, heard: [], text: '', extras: {} };
  const _id = taskStepId(task, steps + 1);
  await room.store.collection('task_steps').insert([{ _id, ...orphan, calls: [], usage } as never]);
  room.mara.say(room.chat, '!task resume', { thread: room.card() });
  await room.rest();
  expect([(await room.task()).status, asked]).toEqual(['complete', 3]);
});

it('a task that is tried again after its tokens were refused asks again, where people see it', async () => {
  const access = everybodyIs('admin');
  const tasks = { perAgent: 2, perRoom: 50, stepsPerStage: 40, tokens: 200, approvalMs: 3_600_000 };
  const room = await taskRoom({ settings: { access, tasks } });
  const questions = () => room.thread().filter(({ text }) => text.includes('✋ May I'));
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  room.mara.react(room.chat, room.message('@mara: ✋').id, '❌');
  await room.rest();
  expect([(await room.task()).status, questions().length]).toEqual(['failed', 1]);
  room.mara.react(room.chat, room.card(), '🔁');
  await room.rest();
  expect([(await room.task()).waits?.for, questions().length]).toEqual(['approval', 2]);
});

it('of files that are handed in with one that is not there, none is kept', async () => {
  const workTools = {
    ...outside().workTools,
    read: async (_: unknown, { path }: { path: string }) => (path === 'there.bin' ? new Uint8Array(1_000) : null),
  };
  const room = await taskRoom({ workTools });
  room.runtime.work(
    worker({
      build: request =>
        request.done.length < 3
          ? { calls: [['submit_work', { summary: 'x', files: [{ path: 'there.bin' }, { path: 'missing.bin' }] }]] }
          : { calls: [['submit_work', { summary: 'x', files: [{ path: 'there.bin' }] }]] },
    }),
  );
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  expect((await room.task()).status).toBe('complete');
  expect(await room.store.collection('task_files').find({ limit: 10 })).toHaveLength(1);
});

it('a file that the network does not take is named, and those behind it still come', async () => {
  const room = await taskRoom();
  const sendFile = room.bridge.sendFile.bind(room.bridge);
  Object.assign(room.bridge, {
    sendFile: (delivery: Parameters<typeof sendFile>[0]) =>
      delivery.file.name === 'large.txt'
        ? Promise.reject(new ParleyError('MESSAGE_TOO_LARGE', 'The homeserver takes less.'))
        : sendFile(delivery),
  });
  const files = ['large.txt', 'small.txt'].map(path => ({ path, content: path }));
  room.runtime.work(worker({ build: () => ({ calls: [['submit_work', { summary: 'Two files.', files }]] }) }));
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  expect(room.thread().map(({ text }) => text)).toContain('(A file that can’t be sent here: `large.txt`)');
  expect(room.files().map(({ text }) => text)).toEqual(['small.txt']);
});

it('a task that is done in a room of its own stays encrypted where it was asked for in an encrypted room', async () => {
  const room = await taskRoom();
  const chats = room.store.collection('chats');
  const chat = await chats.get(room.chat);
  if (chat !== null) await chats.replace({ ...chat, encrypted: true });
  room.mara.say(room.chat, '!task room Write about the secret garden');
  await room.rest();
  const { name, topic, encrypted } = room.bridge.network.room((await room.task()).chat);
  expect([encrypted, `${name} ${topic}`]).toEqual([true, expect.not.stringContaining('garden')]);
});

it('of hundreds of calls in one step the first ones are carried out', async () => {
  const { workTools, mails } = outside();
  const room = await taskRoom({ workTools });
  const results: string[] = [];
  room.runtime.work(
    worker({
      build({ done }) {
        if (done.length === 0) return { calls: Array.from({ length: 300 }, (_, nth) => ['mail', { text: `${nth}` }]) };
        results.push(...done.flatMap(step => step.calls.map(({ result }) => result)));
        return { calls: [['submit_work', { summary: 'Many.' }]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  expect([mails.length, results.filter(one => one.startsWith('Not done: at most')).length]).toEqual([20, 280]);
  expect((await room.task()).status).toBe('complete');
});
