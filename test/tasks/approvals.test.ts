import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { tool } from '../../src/ports/tool.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { everybodyIs } from '../fakes/access.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { mortalStore } from '../fakes/mortal-store.ts';
import { looking, taskRoom } from './support/room.ts';
import { outside } from './support/tools.ts';
import { calledIn, worker } from './support/worker.ts';

const results: string[] = [];

/** Pushes, once or with other arguments when that was refused, and hands the work in. */
const pushes = worker({
  build(request) {
    const pushed = calledIn(request).filter(name => name === 'push').length;
    const result = request.done.at(-1)?.calls.at(-1)?.result ?? '';
    if (pushed > 0) results.push(result);
    if (pushed === 0 || (pushed === 1 && result.startsWith('Not done')))
      return { calls: [['push', { text: pushed === 0 ? 'main' : 'a branch' }]] };
    return { calls: [['submit_work', { summary: 'Pushed.' }]] };
  },
});

async function asking(
  given: Parameters<typeof taskRoom>[0] = {},
  people: Parameters<typeof everybodyIs>[1] = { '@ann': 'admin' },
) {
  results.length = 0;
  const world = outside();
  const access = everybodyIs('user', people);
  const room = await taskRoom({ ...given, workTools: world.workTools, settings: { access } });
  room.runtime.work(pushes);
  room.mara.invite(room.chat, '@ann');
  room.mara.say(room.chat, '!task Write code');
  await room.rest();
  const asked = (nth = 0) => room.thread().filter(({ text }) => text.includes('✋ May I'))[nth]?.text ?? '';
  return { ...room, ...world, ann: room.bridge.person('ann'), asked };
}

it('what is dangerous waits for a ✅ of somebody who may, and shows its arguments', async () => {
  const { mara, ann, chat, asked, message, mails, rest, task, published, cards } = await asking();
  expect(asked()).toContain('**push** pushes main:\n\n```json\n{\n  "text": "main"\n}\n```');
  expect([mails, cards()[0]?.text.includes('✋ Waits for a ✅')]).toEqual([[], true]);
  const request = message('@mara: ✋').id;
  mara.react(chat, request, '✅');
  await rest();
  expect([mails, (await task()).waits?.for]).toEqual([[], 'approval']);
  ann.react(chat, request, '✅');
  await rest();
  expect([mails, results, (await task()).status]).toEqual([['main'], ['Pushed.'], 'complete']);
  ann.react(chat, request, '✅');
  await rest();
  expect(mails).toEqual(['main']);
  expect(published('ApprovalGiven').map(({ data }) => [data.by, data.granted])).toEqual([[ann.id, true]]);
});

it('calls who may allow it, where that is not who asked for the task', async () => {
  expect((await asking()).asked()).toMatch(/\(\w{12}\) That is for admins of this installation: @ann\.$/);
  const alone = await asking({}, { '@bob': 'admin' });
  expect(alone.asked()).toMatch(
    /That is for admins of this installation, and none of them is in this room: invite one\.$/,
  );
  expect((await asking({}, { '@mara': 'admin' })).asked()).toMatch(/\(\w{12}\)$/);
});

it('❌ refuses it; other arguments are asked for anew, and the former word does not count for them', async () => {
  const { ann, chat, asked, message, mails, rest, thread } = await asking();
  ann.react(chat, message('@mara: ✋').id, '❌');
  await rest();
  expect([mails, results[0]]).toEqual([[], expect.stringContaining('a person said no')]);
  expect(asked(1)).toContain('"text": "a branch"');
  // The message that was refused allows nothing any more.
  ann.react(chat, message('@mara: ✋').id, '✅');
  await rest();
  expect([mails, thread().filter(({ text }) => text.includes('✋')).length]).toEqual([[], 2]);
});

it('nobody is waited for longer than tasks.approvalHours, and people are told so once', async () => {
  const { ann, chat, message, mails, rest, clock, thread } = await asking();
  await clock.advance(3_600_000);
  await rest();
  expect([mails, results[0]]).toEqual([[], expect.stringContaining('nobody allowed it in time')]);
  ann.react(chat, message('@mara: ✋').id, '✅');
  await rest();
  expect(mails).toEqual([]);
  expect(
    thread().filter(({ text }) => text.startsWith('Nobody allowed it in time, so this was not done: **')),
  ).toHaveLength(1);
});

it('the wait survives a restart, and so does the word', async () => {
  const { ann, chat, message, mails, crash, bridge, store, clock, workTools } = await asking();
  await crash();
  ann.react(chat, message('@mara: ✋').id, '✅');
  const access = everybodyIs('user', { '@ann': 'admin' });
  const second = await testParley({ bridge, store, clock, workTools, settings: { access } });
  second.runtime.work(pushes);
  const { rest, task, thread } = looking(second, chat);
  await rest();
  expect([mails, (await task()).status]).toEqual([['main'], 'complete']);
  expect(thread().filter(({ text }) => text.includes('✋'))).toHaveLength(1);
});

it('what is dangerous is not done a second time when a crash comes before its end is stored, and the agent is told', async () => {
  const clock = heldClock();
  const store = openMemoryStore({ clock });
  const mortal = mortalStore(store);
  const { ann, chat, message, mails, crash, bridge, workTools, rest } = await asking({ clock, store: mortal.store });
  const die = (told: unknown): void => {
    if (typeof told === 'object' && told !== null && 'step' in told && told.step === 'task.call.done')
      mortal.dieAfter(0);
  };
  subscribe('parley:step', die);
  ann.react(chat, message('@mara: ✋').id, '✅');
  await rest();
  unsubscribe('parley:step', die);
  expect([mortal.died(), mails]).toEqual([true, ['main']]);
  await Promise.race([crash(), clock.advance(0)]);
  const access = everybodyIs('user', { '@ann': 'admin' });
  const second = await testParley({ bridge, store, clock, workTools, settings: { access } });
  second.runtime.work(pushes);
  await looking(second, chat).rest();
  expect([mails, results]).toEqual([['main'], [expect.stringContaining('nobody knows whether it was done')]]);
});

it('who has used its tokens asks for more, once, and goes on with a ✅', async () => {
  const access = everybodyIs('admin');
  const tasks = { perAgent: 2, perRoom: 50, stepsPerStage: 40, tokens: 200, approvalMs: 3_600_000 };
  const { mara, chat, rest, message, task, thread } = await taskRoom({ settings: { access, tasks } });
  mara.say(chat, '!task Write a haiku');
  await rest();
  expect(await task()).toMatchObject({ status: 'build', tokens: 220, waits: { for: 'approval' } });
  mara.react(chat, message('@mara: ✋').id, '✅');
  await rest();
  expect(await task()).toMatchObject({ tokenLimit: 400, waits: { for: 'approval' } });
  mara.react(chat, message('@mara: ✋').id, '❌');
  await rest();
  expect((await task()).waits?.for).toBe('approval');
  const second = thread().filter(({ text }) => text.includes('✋'));
  expect(second).toHaveLength(2);
});

it('asks nobody about what can’t be done, and shows what was seen ahead of the rest', async () => {
  const { workTools, mails } = outside();
  const room = await taskRoom({ workTools, settings: { access: everybodyIs('admin') } });
  const texts = ['nothing', 'main'];
  const heard: string[] = [];
  room.runtime.work(
    worker({
      build(request) {
        heard.push(request.done.at(-1)?.calls[0]?.result ?? '');
        const text = texts[request.done.length];
        return { calls: [text === undefined ? ['submit_work', { summary: 'Pushed.' }] : ['push', { text }]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write code');
  await room.rest();
  expect(heard).toEqual(['', 'There is nothing to push.']);
  const requests = room.thread().filter(({ text }) => text.includes('✋ May I'));
  expect(requests).toHaveLength(1);
  expect(requests[0]?.text).toContain('as the workspace says:\n\n```text\nOne commit on main\n```');
  room.mara.react(room.chat, room.message('@mara: ✋').id, '✅');
  await room.rest();
  expect([mails, (await room.task()).status]).toEqual([['main'], 'complete']);
});

/** Asks whether it may push so much. */
async function askingAbout(input: object, largestMessage: number) {
  const clock = heldClock();
  const bridge = memoryBridge(memoryNetwork({ clock, largestMessage }));
  const { workTools, mails } = outside();
  const room = await taskRoom({ clock, bridge, workTools, settings: { access: everybodyIs('admin') } });
  const heard: string[] = [];
  room.runtime.work(
    worker({
      build({ done }) {
        heard.push(...(done.at(-1)?.calls.map(({ result }) => result) ?? []));
        return { calls: [done.length === 0 ? ['push', { ...input }] : ['submit_work', { summary: 'Pushed.' }]] };
      },
    }),
  );
  room.mara.say(room.chat, '!task Write code');
  await room.rest();
  return { ...room, mails, heard };
}

it('a ✅ on a question that stands in several messages counts on the last one only, where it says what it allows', async () => {
  const room = await askingAbout({ text: '\u200b'.repeat(480) }, 2_000);
  const parts = [...room.bridge.network.room(room.chat).shown.values()].filter(({ text }) => text.includes('\\u200b'));
  expect(parts.length).toBeGreaterThan(1);
  for (const { id } of parts.slice(0, -1)) room.mara.react(room.chat, id, '✅');
  await room.rest();
  expect([room.mails, (await room.task()).waits?.for]).toEqual([[], 'approval']);
  room.mara.react(room.chat, parts.at(-1)?.id ?? parts[0]?.id ?? room.card(), '✅');
  await room.rest();
  expect([room.mails.length, (await room.task()).status]).toEqual([1, 'complete']);
});

it('nobody is asked about more than a person can read, of which the rest would go into a file', async () => {
  const { heard, thread, mails, task } = await askingAbout({ a: '\u200b'.repeat(6_000), text: 'main' }, 16_000);
  expect(heard).toEqual([expect.stringContaining('nobody was asked: this is more than a person can read')]);
  expect(thread().filter(({ text }) => text.includes('✋'))).toEqual([]);
  expect([mails, (await task()).status]).toEqual([[], 'complete']);
});

it('of what was allowed and took too long nobody knows whether it was done: people are told so, and so is the agent', async () => {
  results.length = 0;
  const push = tool({
    name: 'push',
    description: 'Pushes.',
    parameters: z.object({ text: z.string() }),
    danger: ({ text }) => `pushes ${text}`,
    limitMs: 1,
    run: () => new Promise<string>(() => undefined),
  });
  const workTools = { offer: async () => [push], read: async () => null };
  const room = await taskRoom({ workTools, settings: { access: everybodyIs('admin') } });
  room.runtime.work(pushes);
  room.mara.say(room.chat, '!task Write code');
  await room.rest();
  room.mara.react(room.chat, room.message('@mara: ✋').id, '✅');
  const status = async (): Promise<string> => {
    await room.rest();
    return (await room.task()).status;
  };
  await expect.poll(status).toBe('complete');
  expect(results).toEqual([expect.stringContaining('nobody knows whether it was done')]);
  const told = room.thread().map(({ text }) => text);
  expect(told.filter(text => text.includes('⚠️ Nobody knows whether this was done: **push'))).toHaveLength(1);
  expect(told.filter(text => text.includes('What became of'))).toEqual([]);
});
