import { expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import type { Worker } from '../fakes/runtime.ts';
import { taskRoom } from './support/room.ts';
import { worker } from './support/worker.ts';

const never = (_: unknown, signal: AbortSignal): Promise<never> =>
  new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

it('nobody takes on a task where no agent has a model that can call tools: it fails at once, and says what to do', async () => {
  const room = await taskRoom();
  room.runtime.canOnlyStep();
  room.mara.say(room.chat, '!task Write a haiku');
  await room.rest();
  expect(room.thread()).toEqual([
    {
      agent: 'parley',
      text: expect.stringMatching(/failed: No agent has a model that is known to call tools.*OPENAI_API_KEY/),
    },
  ]);
  expect(room.runtime.stepRequests).toEqual([]);
  expect(await room.task()).toMatchObject({ status: 'failed', builders: [], passedOver: [] });
  room.mara.say(room.chat, '!task log 1');
  await room.settle();
  expect(room.answers(room.chat).at(-1)?.text).toMatch(
    /^\*\*Task #1\*\*\n❌ No agent has a model that is known to call tools/,
  );
});

it('a task under way does not fail where no agent has such a model any more: it waits, says why once, and goes on when one has', async () => {
  const room = await taskRoom();
  room.runtime.canOnlyStep('clara');
  room.mara.say(room.chat, '!task Write a script');
  await room.rest();
  room.runtime.canOnlyStep();
  for (let minute = 0; minute < 3; minute += 1) {
    await room.clock.advance(60_000);
    await room.rest();
  }
  const { _id, status, waits } = await room.task();
  const why = expect.stringMatching(/^No agent has a model that is known to call tools.*OPENAI_API_KEY/);
  expect([status, waits]).toEqual(['review', { for: 'agent', why }]);
  const updates = await room.store.collection('task_updates').find({ where: { task: _id }, limit: 100 });
  expect(updates.filter(({ content }) => content.includes('to call tools'))).toHaveLength(1);
  expect(room.cards()[0]?.text).toContain('⏳ No agent has a model that is known to call tools');
  room.runtime.canOnlyStep('clara', 'bruno');
  await room.clock.advance(60_000);
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'complete', verdicts: [{ by: 'bruno' }] });
});

it('a review goes to another agent where the model of its reviewer is gone, also where a person has chosen that one for the task', async () => {
  const room = await taskRoom();
  const works = worker();
  room.runtime.work((request, signal) => {
    if (request.agent._id !== 'clara') return works(request, signal);
    room.runtime.canOnlyStep('ada', 'bruno');
    throw new ParleyError('MODEL_WITHOUT_TOOLS', 'No model of Clara can call tools.');
  });
  room.runtime.canOnlyStep('ada');
  room.mara.say(room.chat, '!task Some code');
  await room.rest();
  room.mara.say(room.chat, '!task assign 1 @Clara');
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'review', wantedAgent: 'clara', waits: { for: 'agent' } });
  room.runtime.canOnlyStep('ada', 'clara');
  await room.clock.advance(60_000);
  await room.rest();
  expect(room.runtime.stepRequests.filter(({ agent }) => agent._id === 'clara')).toHaveLength(1);
  expect(await room.task()).toMatchObject({ status: 'complete', verdicts: [{ by: 'bruno' }] });
});

it('a step that fails is met, and the log tells why, also where nobody can say which models there are', async () => {
  const room = await taskRoom();
  const away = async (): Promise<never> => {
    throw new TypeError('a fault');
  };
  room.runtime.work(() => {
    Object.assign(room.runtime, { canStep: away });
    throw new ParleyError('MODEL_UNREACHABLE', 'The model does not answer.', { retry: true });
  });
  room.mara.say(room.chat, '!task Some code');
  await room.settle();
  expect(await room.task()).toMatchObject({ status: 'design', waits: { for: 'time' }, troubles: 1 });
  expect(room.logged).toContainEqual(
    expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ code: 'MODEL_UNREACHABLE' }) }),
  );
});

it('goes to the one agent that has such a model, and its review waits for another one', async () => {
  const room = await taskRoom();
  room.runtime.canOnlyStep('clara');
  room.mara.say(room.chat, '!task Write a script');
  await room.rest();
  expect(room.thread().filter(({ text }) => text.includes('takes this on'))).toHaveLength(1);
  expect(await room.task()).toMatchObject({ status: 'review', builders: ['clara'], waits: { for: 'agent' } });
  room.runtime.canOnlyStep('clara', 'bruno');
  await room.clock.advance(60_000);
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'complete', verdicts: [{ by: 'bruno' }] });
});

it('fails at once, and says what to do, where it turns out that no agent has a model that can call tools', async () => {
  const room = await taskRoom();
  room.runtime.work(({ agent }) => {
    throw new ParleyError('MODEL_WITHOUT_TOOLS', `No model of ${agent.name} can call tools.`);
  });
  room.mara.say(room.chat, '!task Write a haiku');
  await room.settle();
  await room.clock.advance(3_000);
  await room.settle();
  expect(await room.task()).toMatchObject({ status: 'failed', failure: expect.stringContaining('can call tools') });
});

it('an agent whose model can no longer call tools in the middle of a task leaves it to others; where there are none it waits, and may have it again', async () => {
  const room = await taskRoom();
  room.runtime.canOnlyStep('clara');
  const lost = { once: false };
  const build: Worker = ({ agent }) => {
    if (lost.once)
      return { calls: [['submit_work', { summary: 'Done.', files: [{ path: 'output/a.md', content: 'a' }] }]] };
    lost.once = true;
    room.runtime.canOnlyStep();
    throw new ParleyError('MODEL_WITHOUT_TOOLS', `No model of ${agent.name} can call tools.`);
  };
  room.runtime.work(worker({ build }));
  room.mara.say(room.chat, '!task Write a script');
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'build', passedOver: [], waits: { for: 'agent' } });
  room.runtime.canOnlyStep('clara', 'bruno');
  await room.clock.advance(60_000);
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'complete', verdicts: [{ accepted: true }] });
});

it('a task under way waits for the agent that a person chose for it where its model can no longer call tools, and says why', async () => {
  const room = await taskRoom();
  const lost = { now: false };
  const build: Worker = ({ agent }) => {
    if (!lost.now)
      return { calls: [['submit_work', { summary: 'Done.', files: [{ path: 'output/a.md', content: 'a' }] }]] };
    room.runtime.canOnlyStep('clara', 'bruno');
    throw new ParleyError('MODEL_WITHOUT_TOOLS', `No model of ${agent.name} can call tools.`);
  };
  room.runtime.work(worker({ build, design: never }));
  room.mara.say(room.chat, '!task Write a haiku');
  await room.settle();
  await room.clock.advance(3_000);
  await room.settle();
  lost.now = true;
  room.runtime.work(worker({ build }));
  room.mara.say(room.chat, '!task assign 1 @Ada');
  await room.rest();
  const { status, assignedTo, waits } = await room.task();
  expect([status, assignedTo, waits]).toEqual([
    'build',
    'ada',
    { for: 'time', until: expect.any(Number), why: expect.stringContaining('No model of Ada can call tools.') },
  ]);
  lost.now = false;
  room.runtime.canOnlyStep('ada', 'clara', 'bruno');
  await room.clock.advance(5 * 60_000);
  await room.rest();
  expect(await room.task()).toMatchObject({ status: 'complete', builders: ['ada'] });
});
