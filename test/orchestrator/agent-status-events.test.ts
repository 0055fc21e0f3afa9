import { expect, it } from 'vitest';
import { agentId } from '../../src/core/ids.ts';
import { pauseAgent, resumeAgent } from '../../src/orchestrator/lifecycle/change-agent.ts';
import { keepManifests } from '../../src/orchestrator/manifest/keep-manifests.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const ada = agentId('ada');
const weights = { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 };

/** Two rooms with Ada, who works in one dialogue at a time; the answers come when the test says so. */
async function twoRooms() {
  const test = await testParley({ settings: { attention: { atOnce: 1, weights } } });
  const mara = test.bridge.person('mara');
  const one = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
  const two = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
  await test.settle();
  const ask = async (room: typeof one) => {
    const held = heldReply();
    test.runtime.answer(held.script);
    mara.say(room, '@Ada?');
    await test.settle();
    return async () => {
      held.say('Yes.');
      held.end();
      await test.settle();
    };
  };
  const told = () =>
    test
      .published('AgentStatusUpdated')
      .filter(({ data }) => data.agent === ada && data.from !== null)
      .map(({ data }) => `${data.from} → ${data.to} (${data.why})`);
  const shifts = () =>
    test.published('AttentionShifted').map(({ data }) => [data.agent, data.from, data.to, data.reason]);
  return { ...test, mara, one, two, ask, told, shifts };
}

it('an agent becomes active with a turn, and idle at its end, at once', async () => {
  const { ask, one, told, published } = await twoRooms();
  const end = await ask(one);
  expect(told()).toEqual(['idle → active (begins)']);
  await end();
  expect(told()).toEqual(['idle → active (begins)', 'active → idle (ends)']);
  const ids = published('AgentStatusUpdated').map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('an agent is busy while another dialogue waits for it', async () => {
  const { ask, one, two, told, runtime } = await twoRooms();
  const end = await ask(one);
  await ask(two);
  expect(told()).toEqual(['idle → active (begins)', 'active → busy (waits)']);
  runtime.answer(() => 'fine');
  await end();
  expect(told().slice(2)).toEqual(['busy → active (ends)', 'active → idle (ends)']);
});

it('its attention shifts when it turns to another dialogue, and not when it goes on in the same one', async () => {
  const { ask, one, two, shifts } = await twoRooms();
  await (await ask(one))();
  await (await ask(one))();
  expect(shifts()).toEqual([[ada, null, one, 'mentioned']]);
  await (await ask(two))();
  expect(shifts().slice(1)).toEqual([[ada, one, two, 'mentioned']]);
});

it('an agent that is paused is offline, whatever it brings to its end, and comes back as what it is at', async () => {
  const { ask, one, told, parley } = await twoRooms();
  const end = await ask(one);
  await pauseAgent(parley, { agent: ada, by: null });
  await resumeAgent(parley, { agent: ada, by: null });
  expect(told().slice(1)).toEqual(['active → offline (changed)', 'offline → active (changed)']);
  await pauseAgent(parley, { agent: ada, by: null });
  await end();
  expect(told().slice(3)).toEqual(['active → offline (changed)']);
  await resumeAgent(parley, { agent: ada, by: null });
  expect(told().slice(4)).toEqual(['offline → idle (changed)']);
});

it('all are offline at the end, and nobody who only listens is told of', async () => {
  const { mara, one, parley, settle, published } = await twoRooms();
  const end = keepManifests(parley);
  const before = published().length;
  mara.say(one, '@nobody, hello');
  await settle();
  const stirred = published().slice(before);
  expect(stirred.filter(({ topic, key }) => topic === 'AgentStatusUpdates' && key !== ada)).toEqual([]);
  await end();
  const offline = published('AgentStatusUpdated').filter(({ data }) => data.to === 'offline');
  expect(offline.map(({ data }) => data.agent).toSorted()).toEqual(['ada', 'bruno', 'clara', 'parley']);
});
