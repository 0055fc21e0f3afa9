import { expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { agentId, type MemberId } from '../../src/core/ids.ts';
import { paused } from '../../src/core/tasks/stage-machine.ts';
import { changeTask } from '../../src/orchestrator/tasks/change-task.ts';
import { everybodyIs } from '../fakes/access.ts';
import { sampleAgents } from '../fakes/agents.ts';
import type { Worker } from '../fakes/runtime.ts';
import { taskRoom } from './support/room.ts';
import { stageIn, worker } from './support/worker.ts';

const never = (_: unknown, signal: AbortSignal): Promise<never> =>
  new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const planOf =
  (complexity: number): Worker =>
  () => ({
    calls: [['submit_plan', { steps: ['Write it'], checks: ['It has three lines'], complexity }]],
  });

/** Agents that take only simple tasks, but for those that are named. */
const simple = (...able: readonly string[]) =>
  sampleAgents.map(agent => (able.includes(agent._id) ? agent : { ...agent, maxComplexity: 2 }));

it('goes to the agent whose range fits; where none does it waits, says why, and goes on when that changes', async () => {
  const room = await taskRoom({ wishes: simple() });
  room.mara.say(room.chat, '!task Write a script that plots a CSV and test it');
  await room.rest();
  const { complexity, status, waits } = await room.task();
  expect([status, waits?.for]).toEqual(['not_started', 'agent']);
  expect(room.cards()[0]?.text).toContain(`⏳ No agent takes tasks of complexity ${complexity}.`);
  room.mara.say(room.chat, '!task complexity 1 2');
  await room.rest();
  expect((await room.task()).status).toBe('complete');
});

it('who plans it says how much there is to it; what is too much for them is built by one that takes it', async () => {
  const room = await taskRoom({
    wishes: sampleAgents.map(agent =>
      agent._id === 'ada' ? { ...agent, maxComplexity: 3 } : { ...agent, minComplexity: 6 },
    ),
  });
  room.runtime.work(worker({ design: planOf(7) }));
  room.mara.say(room.chat, '!task A haiku');
  await room.rest();
  const { builders, complexity, complexityBy, status } = await room.task();
  expect({ complexity, complexityBy, status, first: builders[0] }).toEqual({
    complexity: 7,
    complexityBy: 'agent',
    status: 'complete',
    first: 'ada',
  });
  expect(builders).toHaveLength(2);
  expect(room.cards()[0]?.text).toContain('complexity 7');
});

it('what a person has said of the complexity stands, and where nobody else could take it, who planned it builds it', async () => {
  const room = await taskRoom({ wishes: sampleAgents.map(agent => ({ ...agent, maxComplexity: 5 })) });
  room.runtime.work(worker({ design: planOf(9) }));
  room.mara.say(room.chat, '!task A haiku');
  await room.rest();
  expect(await room.task()).toMatchObject({ complexity: 9, complexityBy: 'agent', status: 'complete' });
  room.runtime.work((_, signal) => never(_, signal));
  room.mara.say(room.chat, '!task A second haiku');
  await room.rest();
  room.mara.say(room.chat, '!task complexity 2 4');
  room.runtime.work(worker({ design: planOf(9) }));
  room.mara.say(room.chat, '!task pause 2');
  await room.rest();
  room.mara.say(room.chat, '!task resume 2');
  await room.rest();
  expect(await room.task(2)).toMatchObject({ complexity: 4, complexityBy: 'person', status: 'complete' });
});

it('an agent works on two tasks at a time; the most urgent of those that wait goes first', async () => {
  const room = await taskRoom({
    settings: { access: everybodyIs('admin') },
    wishes: sampleAgents.filter(({ _id }) => _id !== 'bruno' && _id !== 'clara'),
  });
  const begun: string[] = [];
  room.runtime.work((request, signal) => {
    begun.push(/"title":"([^"]+)"/.exec(request.conversation[0]?.text ?? '')?.[1] ?? '');
    return never(request, signal);
  });
  for (const title of ['one', 'two', 'three', 'four']) {
    room.mara.say(room.chat, `!task ${title}`);
    await room.rest();
  }
  room.mara.say(room.chat, '!task priority four urgent');
  await room.rest();
  expect([begun, (await room.task(3)).waits?.for]).toEqual([['one', 'two'], 'agent']);
  room.mara.say(room.chat, '!task cancel one');
  await room.rest();
  expect(begun).toEqual(['one', 'two', 'four']);
});

it('a task that comes back while its agent has taken others goes to one that has time; where nobody has, it stays', async () => {
  const twoAgents = sampleAgents.filter(({ _id }) => _id !== 'clara');
  const room = await taskRoom({ settings: { access: everybodyIs('admin') }, wishes: twoAgents });
  const say = async (text: string): Promise<void> => {
    room.mara.say(room.chat, text);
    await room.rest();
  };
  room.runtime.work((_, signal) => never(_, signal));
  await say('!task the first');
  const [first, other] = (await room.task(1)).assignedTo === 'ada' ? ['Ada', 'bruno'] : ['Bruno', 'ada'];
  await say('!task pause 1');
  for (const number of [2, 3]) {
    await say(`!task number ${number}`);
    await say(`!task assign ${number} @${first}`);
  }
  await say('!task resume 1');
  expect(await room.task(1)).toMatchObject({ assignedTo: other, waits: null });
  for (const number of [4, 5]) await say(`!task number ${number}`);
  await say('!task pause 1');
  await say('!task resume 5');
  await say('!task resume 1');
  expect(await room.task(1)).toMatchObject({ assignedTo: other, waits: null });
});

it('another agent goes on where the one that has it is paused, and when its model fails again and again', async () => {
  const room = await taskRoom({ settings: { access: everybodyIs('admin') } });
  const works = worker();
  room.runtime.work((request, signal) => {
    if (request.agent._id === 'ada' && stageIn(request) === 'build') return never(request, signal);
    if (request.agent._id === 'bruno')
      throw new ParleyError('MODEL_UNREACHABLE', 'The model does not answer.', { retry: true });
    return works(request, signal);
  });
  room.mara.say(room.chat, '!task Some code about data');
  await room.rest();
  expect((await room.task()).assignedTo).toBe('ada');
  room.mara.say(room.chat, '!agent pause ada');
  await room.rest();
  room.mara.say(room.chat, '!task pause');
  await room.rest();
  room.mara.say(room.chat, '!task resume');
  await room.rest();
  expect(await room.task()).toMatchObject({ assignedTo: 'bruno', waits: { for: 'time' }, passedOver: [] });
  expect(room.cards()[0]?.text).toContain('⏳ The model does not answer. It is tried again soon.');
  await room.clock.advance(5 * 60_000);
  await room.rest();
  expect(await room.task()).toMatchObject({
    passedOver: ['bruno'],
    builders: ['ada', 'bruno', 'clara'],
    status: 'review',
  });
  const assignments = await room.store
    .collection('task_assignments')
    .find({ where: { task: (await room.task())._id }, limit: 10 });
  expect(assignments.map(({ agent }) => agent)).toEqual(['ada', 'bruno', 'clara']);
});

it('is given to an agent by a person, whoever has it', async () => {
  const room = await taskRoom();
  const works = worker();
  room.runtime.work((request, signal) =>
    request.agent._id === 'clara' || stageIn(request) !== 'build' ? works(request, signal) : never(request, signal),
  );
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  expect((await room.task()).assignedTo).toBe('ada');
  room.mara.say(room.chat, '!task assign 1 @Clara');
  await room.rest();
  expect(await room.task()).toMatchObject({
    status: 'complete',
    builders: ['ada', 'clara'],
    verdicts: [{ by: agentId('bruno') }],
  });
});

it('an agent that a person has chosen, and that fails again and again, has it no more, until it is chosen again', async () => {
  const room = await taskRoom();
  const works = worker();
  let isBroken = true;
  room.runtime.work((request, signal) => {
    if (isBroken && request.agent._id === 'clara')
      throw new ParleyError('MODEL_UNREACHABLE', 'The model does not answer.', { retry: true });
    return stageIn(request) === 'build' ? never(request, signal) : works(request, signal);
  });
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  room.mara.say(room.chat, '!task assign 1 @Clara');
  await room.clock.advance(5 * 60_000);
  await room.rest();
  expect(await room.task()).toMatchObject({ assignedTo: 'ada', passedOver: ['clara'], wantedAgent: 'clara' });
  isBroken = false;
  room.mara.say(room.chat, '!task assign 1 @Clara');
  await room.rest();
  expect(await room.task()).toMatchObject({ assignedTo: 'clara', passedOver: [] });
});

it('where a reviewer fails, also an agent reviews that would not build anything so complex', async () => {
  const room = await taskRoom({ wishes: simple('ada') });
  const works = worker();
  room.runtime.work((request, signal) => {
    if (stageIn(request) === 'review' && request.agent._id === 'clara')
      throw new ParleyError('MODEL_UNREACHABLE', 'The model does not answer.', { retry: true });
    return works(request, signal);
  });
  room.mara.say(room.chat, '!task Write a script that plots a CSV and test it');
  await room.rest();
  await room.clock.advance(5 * 60_000);
  await room.rest();
  expect(await room.task()).toMatchObject({
    status: 'complete',
    builders: ['ada'],
    passedOver: ['clara'],
    verdicts: [{ by: agentId('bruno') }],
  });
});

it('what somebody paused while it was looked who can do it does not fail then', async () => {
  const room = await taskRoom();
  room.runtime.canOnlyStep();
  const pausing = async (): Promise<boolean> => {
    const said = { by: 'memory:@mara' as MemberId, at: room.clock.now(), agent: null };
    await changeTask(room.parley, (await room.task())._id, stored => paused(stored, said));
    return false;
  };
  Object.assign(room.runtime, { canStep: pausing });
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'not_started', held: { by: 'memory:@mara' } });
});

it('fails, and says what is left, where no model can do it', async () => {
  const room = await taskRoom();
  room.runtime.work(
    worker({
      build() {
        throw new ParleyError('MODEL_REFUSED', 'No model of Ada can call tools.');
      },
    }),
  );
  room.mara.say(room.chat, '!task Write a haiku');
  for (let round = 0; round < 12; round += 1) {
    await room.clock.advance(60_000);
    await room.rest();
  }
  expect(await room.task()).toMatchObject({ status: 'failed', builders: ['ada', 'clara', 'bruno'] });
  const end = room.thread().at(-1)?.text ?? '';
  expect(end).toContain('task #1 failed: No model of Ada can call tools.');
  expect(end).toContain('What is left of the plan:\n- Find an image\n- Write it');
});

it('an agent that works on a task is active, and says so', async () => {
  const room = await taskRoom();
  room.runtime.work(worker({ build: never }));
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  room.mara.say(room.chat, '!agent show ada');
  await room.rest();
  expect(room.message('**Ada** (`ada`)').text).toContain('- Status: works on a task');
});

it('a fault of Parley ends the task, and is told; it does not stand still for ever', async () => {
  const offer = async (): Promise<never> => {
    throw new TypeError('a fault');
  };
  const room = await taskRoom({ workTools: { offer, read: async () => null } });
  room.mara.say(room.chat, '!task Some code');
  await room.clock.advance(120_000);
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'failed', open: false });
  expect(room.thread().at(-1)?.text).toContain('task #1 failed: A fault in Parley');
  expect(room.logged.map(({ message }) => message)).toContain('A task was ended because of a fault in Parley.');
});
