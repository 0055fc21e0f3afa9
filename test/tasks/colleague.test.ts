import { expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';
import { lastText } from '../fakes/runtime.ts';
import { looking, taskRoom } from './support/room.ts';
import { worker } from './support/worker.ts';

const results: string[] = [];

/** Asks so often, and hands the work in with what it heard. */
const asking = (...wishes: readonly object[]) =>
  worker({
    build({ done }) {
      const told = done.at(-1)?.calls[0]?.result;
      if (told !== undefined) results.push(told);
      const wish = wishes[done.length];
      return { calls: [wish === undefined ? ['submit_work', { summary: 'Asked.' }] : ['ask_colleague', { ...wish }]] };
    },
  });

const oak = { colleague: 'Bruno', question: 'Which tree is the oldest?' };

it('asks a colleague in the thread of the task, and has the answer as the result', async () => {
  results.length = 0;
  const { runtime, mara, chat, rest, thread, task } = await taskRoom();
  runtime.work(asking(oak, { colleague: '@nobody', question: 'Who?' }));
  runtime.answer(request => `${request.agent.name} heard: ${lastText(request)}`);
  mara.say(chat, '!task Write about a tree');
  await rest();
  expect(results).toEqual([
    expect.stringMatching(/^Bruno answered: ".*Which tree is the oldest\?"$/),
    expect.stringContaining('No agent of that name is in this room.'),
  ]);
  const said = thread().filter(({ text }) => text.includes('oldest'));
  expect(said.map(({ agent }) => agent)).toEqual(['ada', 'bruno']);
  expect([said[0]?.text, (await task()).status]).toEqual(['@Bruno: Which tree is the oldest?', 'complete']);
  expect(runtime.requests.filter(({ agent }) => agent._id === 'bruno')).toHaveLength(1);
});

it('asks at most five times in a stage', async () => {
  results.length = 0;
  const { runtime, mara, chat, rest } = await taskRoom();
  runtime.work(asking(...[1, 2, 3, 4, 5, 6].map(nth => ({ colleague: 'Clara', question: `What is ${nth}?` }))));
  mara.say(chat, '!task Write about numbers');
  await rest();
  await rest();
  expect([results.length, results[5]]).toEqual([6, expect.stringContaining('You have asked enough')]);
});

it('goes on after a crash with the question that stands there, and asks once', async () => {
  results.length = 0;
  const first = await taskRoom();
  const works = asking(oak);
  first.runtime.work(works);
  first.runtime.answer(async function* (_request, signal) {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    yield { type: 'text', text: '' };
  });
  first.mara.say(first.chat, '!task Write about a tree');
  await first.rest();
  await first.crash();
  const { bridge, store, clock } = first;
  const second = await testParley({ bridge, store, clock });
  second.runtime.work(works);
  second.runtime.answer(() => 'The oak.');
  const { rest, thread, task } = looking(second, first.chat);
  await rest();
  expect(results).toEqual(['Bruno answered: "The oak."']);
  expect(thread().filter(({ text }) => text.includes('oldest'))).toHaveLength(1);
  expect((await task()).status).toBe('complete');
});

it('a colleague who says nothing is not waited for without end', async () => {
  results.length = 0;
  const { runtime, mara, chat, rest, clock } = await taskRoom();
  runtime.work(asking(oak));
  runtime.answer(async function* (_request, signal) {
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    yield { type: 'text', text: '' };
  });
  mara.say(chat, '!task Write about a tree');
  await rest();
  await clock.advance(4 * 60_000 + 1);
  await rest();
  expect(results).toEqual(['Bruno did not answer in time. Go on without it.']);
});
