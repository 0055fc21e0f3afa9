import { expect, it } from 'vitest';
import { everybodyIs } from '../fakes/access.ts';
import { taskRoom } from './support/room.ts';
import { stageIn, worker } from './support/worker.ts';

it('an agent that is retired in the middle of a step has its time, then the step is cut, and another one goes on with the plan', async () => {
  const room = await taskRoom({ settings: { access: everybodyIs('admin') } });
  const works = worker();
  const began: string[] = [];
  room.runtime.work((request, signal) => {
    if (stageIn(request) === 'build') began.push(request.agent._id);
    if (stageIn(request) !== 'build' || request.agent._id !== 'ada') return works(request, signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  room.mara.say(room.chat, '!task Some code about data');
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'build', assignedTo: 'ada' });
  room.mara.say(room.chat, '!agent retire ada');
  await room.settle();
  expect(began).toEqual(['ada']);
  await room.clock.advance(10 * 60_000);
  await room.rest();
  expect(room.published('AgentRetired').map(({ data }) => data.agent)).toEqual(['ada']);
  expect(began[1]).not.toBe('ada');
  expect(await room.task()).toMatchObject({ status: 'complete', builders: ['ada', began[1]] });
});
