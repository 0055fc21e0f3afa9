import { expect, it } from 'vitest';
import { withWhatWasDone } from '../../src/core/tasks/readme.ts';
import { taskRoom } from './support/room.ts';

it('the README of the workspace says what was done, when the task has ended', async () => {
  const notes: string[] = [];
  const workTools = {
    offer: async () => [],
    read: async () => null,
    readme: async (_place: unknown, text: string) => void notes.push(text),
  };
  const { mara, chat, rest } = await taskRoom({ workTools });
  mara.say(chat, '!task Write a haiku about autumn');
  await rest();
  expect(new Set(notes).size).toBe(1);
  for (const part of [
    '# Task #1: Write a haiku about autumn',
    'Ended: complete. Worked on by Ada.',
    'A haiku.\n\n- `output/haiku.md` (22 bytes)',
    '- [x] Write it',
    '- passed: It has three lines (counted)',
    'accepted it: It is a haiku.',
  ])
    expect(notes[0]).toContain(part);
});

it('nothing is written of a task that nobody wants to have wanted', async () => {
  const notes: string[] = [];
  const readme = async (_place: unknown, text: string) => void notes.push(text);
  const { mara, chat, rest, bridge, runtime, settle, task } = await taskRoom({
    workTools: { offer: async () => [], read: async () => null, readme },
  });
  runtime.work(
    (_request, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  mara.say(chat, '!task Write a secret haiku');
  await settle();
  const wish = [...bridge.network.room(chat).shown.values()].find(({ text }) => text.startsWith('!task'));
  mara.redact(chat, wish?.id as never);
  await rest();
  expect([(await task()).status, notes]).toEqual(['cancelled', []]);
});

it('a workspace that can’t be written to holds up no task', async () => {
  const readme = async () => Promise.reject(new Error('no engine'));
  const { mara, chat, rest, task, logged } = await taskRoom({
    workTools: { offer: async () => [], read: async () => null, readme },
  });
  mara.say(chat, '!task Write a haiku');
  await rest();
  expect((await task()).status).toBe('complete');
  expect(logged.some(({ message }) => message.includes('README'))).toBe(true);
});

it('what agents have noted stays below it, and an earlier end is replaced', () => {
  const once = withWhatWasDone('My notes.\n', 'Done.');
  expect(once).toContain('Done.');
  expect(once.trimEnd().endsWith('My notes.')).toBe(true);
  const twice = withWhatWasDone(once, 'Done again.');
  expect([twice.includes('Done.'), twice.match(/My notes\./g)?.length]).toEqual([false, 1]);
  expect(withWhatWasDone(withWhatWasDone('', 'a'), 'b')).toBe(withWhatWasDone('', 'b'));
});
