import { expect, it } from 'vitest';
import { taskRoom } from './support/room.ts';

it('goes from a command to a reviewed result with a file, on a card and in its thread', async () => {
  const { mara, chat, rest, task, cards, thread, files, bridge, published } = await taskRoom();
  mara.say(chat, '!task Write a haiku about autumn');
  await rest();
  expect(await task()).toMatchObject({
    status: 'complete',
    title: 'Write a haiku about autumn',
    complexity: 1,
    sendBacks: 0,
  });
  expect(cards().map(({ text }) => text.split('\n').slice(0, 2))).toEqual([
    ['**Task #1:** Write a haiku about autumn', '✅ complete · complexity 1 · Ada · under a minute · 550 tokens'],
  ]);
  expect(thread().map(({ agent, text }) => `${agent}: ${text.split('\n')[0]}`)).toEqual([
    'parley: Ada takes this on (complexity 1) and plans it first.',
    'ada: **Plan**',
    'ada: **Checks**',
    'parley: Clara reviews it.',
    'clara: ✅ Accepted: It is a haiku.',
    'ada: @mara: task #1 is done.',
    'ada: haiku.md',
  ]);
  const [file] = files();
  const data = bridge.network.contents.get(file?.attachment?.source ?? '');
  expect(new TextDecoder().decode(data)).toBe('Leaves let go of trees');
  expect(published('TaskStageChanged').map(({ data: { to } }) => to)).toEqual([
    'design',
    'build',
    'test',
    'review',
    'complete',
  ]);
});
