import { expect, it } from 'vitest';
import { taskRoom } from './support/room.ts';

it('is done in a room of its own, with the person and the agents, once', async () => {
  const room = await taskRoom();
  room.mara.say(room.chat, '!task room Write a haiku about autumn');
  await room.rest();
  const answer = room.message('The task is done in a room of its own: ');
  expect(answer.text).toContain('[Write a haiku about autumn](memory://rooms/');
  const task = await room.task();
  expect([task.status, task.chat === room.chat]).toEqual(['complete', false]);
  const there = room.bridge.network.room(task.chat);
  expect(there.members.get(room.mara.id)).toBe('joined');
  const shown = [...there.shown.values()].map(
    ({ text, thread }) => `${thread === null ? 'room' : 'thread'}: ${text.split('\n')[0]}`,
  );
  expect(shown.filter(text => text.startsWith('room: **Task #1:**'))).toHaveLength(1);
  expect(shown.filter(text => /^thread: .*task #1 is done\.$/.test(text))).toHaveLength(1);
  expect(room.cards()).toEqual([]);
});
