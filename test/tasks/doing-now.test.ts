import { expect, it } from 'vitest';
import { z } from 'zod';
import { tool } from '../../src/ports/tool.ts';
import { noWorkTools } from '../../src/ports/work-tools.ts';
import { taskRoom } from './support/room.ts';
import { worker } from './support/worker.ts';

/** A command that lasts until its signal. */
const shell = tool({
  name: 'shell',
  description: 'Runs a command.',
  parameters: z.object({}),
  run: (_, signal) => new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
});

/** A room with a task that is being built; gives what `!task show` answers. */
async function building(build: Parameters<typeof worker>[0]) {
  const room = await taskRoom({ workTools: { ...noWorkTools, offer: async () => [shell] } });
  room.runtime.work(worker(build));
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  const shown = async (): Promise<string> => {
    room.mara.say(room.chat, '!task show 1');
    await room.settle();
    return room.answers(room.chat).at(-1)?.text ?? '';
  };
  return { ...room, shown };
}

it('a task that is shown tells which tool is at work, and for how long', async () => {
  const { clock, shown, mara, chat, settle } = await building({ build: () => ({ calls: [['shell', {}]] }) });
  // `rest` has let 24 s pass.
  await clock.advance(16_000);
  expect(await shown()).toContain('0 of 2 steps of the plan are done.\nNow: `shell`, for 40 s.\n');
  await clock.advance(150_000);
  expect(await shown()).toContain('Now: `shell`, for 3 min.');
  mara.say(chat, '!task pause 1');
  await settle();
  expect(await shown()).not.toContain('Now:');
});

it('a task that is shown tells that its model thinks', async () => {
  const { shown } = await building({
    build: (_, signal) => new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  expect(await shown()).toContain('Now: the model thinks.');
});
