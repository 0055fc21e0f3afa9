import { expect, it } from 'vitest';
import type { WorkTools } from '../../src/ports/work-tools.ts';
import { testParley } from '../fakes/installation.ts';
import { taskRoom } from './support/room.ts';
import { outside } from './support/tools.ts';
import { worker } from './support/worker.ts';

const csv = { name: 'sales.csv', mimeType: 'text/csv', data: new TextEncoder().encode('month,sum\nMay,7\n') };

/** Reads what was attached and hands in what it read. */
const reads = worker({
  build: request =>
    request.done.length === 0
      ? { calls: [['read_file', { name: 'sales.csv' }]] }
      : { calls: [['submit_work', { summary: request.done[0]?.calls[0]?.result ?? '' }]] },
});

it('a file comes with a task by a caption, or by a reply to it', async () => {
  const room = await taskRoom();
  room.runtime.work(reads);
  room.mara.say(room.chat, '!task Sum this up', { messageType: 'file', attachment: csv });
  await room.rest();
  const file = room.mara.say(room.chat, 'sales.csv', { messageType: 'file', attachment: csv });
  room.mara.say(room.chat, '!task Sum that up', { replyTo: file });
  await room.rest();
  for (const number of [1, 2])
    expect(await room.task(number)).toMatchObject({
      inputs: [{ name: 'sales.csv' }],
      status: 'complete',
      result: { summary: 'month,sum\nMay,7' },
    });
  room.mara.say(room.chat, '!task files 1');
  await room.rest();
  expect(room.message('- `sales.csv` (16 bytes, came with it)')).toBeDefined();
});

it('a file that came with a task is put into the workspace before a stage begins', async () => {
  const there = new Map<string, string>();
  const workTools: WorkTools = {
    ...outside().workTools,
    put: async ({ stage }, { path, data }) => void there.set(`${stage} ${path}`, new TextDecoder().decode(data)),
  };
  const room = await taskRoom({ workTools });
  const attachment = { ...csv, name: '../sa\tles.csv' };
  room.mara.say(room.chat, '!task Sum this up', { messageType: 'file', attachment });
  await room.rest();
  expect([...there]).toEqual(
    ['design', 'build', 'test', 'review'].map(stage => [`${stage} attached/.._sa_les.csv`, 'month,sum\nMay,7\n']),
  );
  expect(room.runtime.stepRequests[0]?.conversation[0]?.text).toContain('"path":"attached/.._sa_les.csv"');
});

it('a file that comes in the thread is there for the agent, with or without a workspace', async () => {
  const there: string[] = [];
  const workTools: WorkTools = {
    ...outside().workTools,
    put: async ({ stage }, { path }) => void there.push(`${stage} ${path}`),
  };
  const room = await taskRoom({ workTools });
  const heard: string[] = [];
  room.runtime.work(
    worker({
      build(request) {
        const results = request.done.flatMap(({ calls }) => calls.map(({ result }) => result));
        heard.push(...results);
        const next = [
          ['ask_person', { question: 'Which file?' }],
          ['read_file', { name: 'sales.csv' }],
          ['submit_work', { summary: 'Done.' }],
        ] as const;
        return { calls: [next[results.length] ?? next[2]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Sum it up');
  await room.rest();
  room.mara.say(room.chat, 'sales.csv', { messageType: 'file', attachment: csv, thread: room.card() });
  await room.rest();
  expect(heard).toContain(
    '"Mara" says in the thread: "sales.csv" A file came along: {"name":"sales.csv","mimeType":"text/csv","size":16,"path":"attached/sales.csv"}',
  );
  expect(heard).toContain('month,sum\nMay,7\n');
  expect(there).toContain('build attached/sales.csv');
  expect((await room.task()).inputs).toHaveLength(1);
});

it('the name of a file is no command', async () => {
  const room = await taskRoom();
  room.mara.say(room.chat, '!important.csv', { messageType: 'file', attachment: csv });
  await room.rest();
  expect(await room.store.collection('tasks').find({ limit: 10 })).toEqual([]);
});

it('files of a workspace are handed over as they are, listed and sent', async () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255]);
  const workTools = {
    ...outside().workTools,
    read: async (_: unknown, { path }: { readonly path: string }) => (path === 'output/plot.png' ? png : null),
  };
  const room = await taskRoom({ workTools });
  room.runtime.work(
    worker({
      build: () => ({ calls: [['submit_work', { summary: 'A plot.', files: [{ path: './output/plot.png' }] }]] }),
    }),
  );
  room.mara.say(room.chat, '!task Plot it');
  await room.rest();
  const [shown] = room.files();
  expect(shown).toMatchObject({ text: 'plot.png', attachment: { mimeType: 'image/png', size: 6 } });
  expect(room.bridge.network.contents.get(shown?.attachment?.source ?? '')).toEqual(png);
  room.mara.say(room.chat, '!task get 1 plot.png');
  await room.rest();
  expect(room.files()).toHaveLength(2);
  room.mara.say(room.chat, '!task get 1 plo');
  await room.rest();
  expect(room.files()).toHaveLength(3);
  room.mara.say(room.chat, '!task get 1 secret.txt');
  await room.rest();
  expect(room.message('There is no file `secret.txt`').text).toContain('`output/plot.png`');
});

it('a task in a direct chat is told by the agent there, also for the one that reviews it elsewhere', async () => {
  const test = await testParley();
  test.runtime.work(worker());
  const mara = test.bridge.person('mara');
  const chat = mara.dm('@agent-bruno');
  await test.settle();
  mara.say(chat, '!task Write a haiku');
  for (let round = 0; round < 12; round += 1) await test.clock.advance(2_000);
  const said = test.answers(chat).map(({ agent, text }) => `${agent}: ${text.split('\n')[0]}`);
  expect(said).toContain('bruno: Bruno takes this on (complexity 1) and plans it first.');
  expect(said).toContain('bruno: **Ada:** ✅ Accepted: It is a haiku.');
});

it('two files of one name are two: those that came, and those that are handed over', async () => {
  const there = new Map<string, string>();
  const workTools: WorkTools = {
    ...outside().workTools,
    put: async (_, { path, data }) => void there.set(path, new TextDecoder().decode(data)),
  };
  const room = await taskRoom({ workTools });
  const read: string[] = [];
  const other = { ...csv, data: new TextEncoder().encode('month,sum\nJune,9\n') };
  const files = (...paths: string[]) => paths.map((path, nth) => ({ path, content: `text ${nth}` }));
  room.runtime.work(
    worker({
      build(request) {
        const results = request.done.flatMap(({ calls }) => calls.map(({ result }) => result));
        read.splice(0, read.length, ...results);
        const next = [
          ['ask_person', { question: 'Which files?' }],
          ['read_file', { name: 'sales.csv' }],
          ['read_file', { name: 'sales-2.csv' }],
          ['submit_work', { summary: 'Twice.', files: files('output/a.txt', './output/a.txt') }],
          ['submit_work', { summary: 'Both.', files: files('output/may/sum.txt', 'output/june/sum.txt') }],
        ] as const;
        return { calls: [next[results.length] ?? next[4]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Sum it up', { messageType: 'file', attachment: csv });
  await room.rest();
  room.mara.say(room.chat, 'and June', { messageType: 'file', attachment: other, thread: room.card() });
  await room.rest();
  expect([there.get('attached/sales.csv'), there.get('attached/sales-2.csv')]).toEqual([
    'month,sum\nMay,7\n',
    'month,sum\nJune,9\n',
  ]);
  expect(read[0]).toContain('"name":"sales-2.csv"');
  expect(read.slice(1, 3)).toEqual(['month,sum\nMay,7\n', 'month,sum\nJune,9\n']);
  expect(read[3]).toContain('"output/a.txt" is named twice');
  const handed = room.files().slice(2);
  expect(handed.map(({ text }) => text)).toEqual(['sum.txt', 'sum-2.txt']);
  const contents = handed.map(({ attachment }) => room.bridge.network.contents.get(attachment?.source ?? ''));
  expect(contents.map(bytes => new TextDecoder().decode(bytes))).toEqual(['text 0', 'text 1']);
});
