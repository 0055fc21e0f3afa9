import { expect, it } from 'vitest';
import { agentId } from '../../src/core/ids.ts';
import { keepManifests } from '../../src/orchestrator/manifest/keep-manifests.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const ada = agentId('ada');

async function working() {
  const test = await testParley();
  const end = keepManifests(test.parley);
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
  await test.settle();
  await test.clock.advance(2_000);
  const manifest = () => test.store.collection('agents').get(ada);
  return { ...test, end, mara, chat, manifest };
}

it('a manifest tells the rooms of an agent, what it does, and when it was last seen', async () => {
  const { mara, chat, runtime, settle, clock, manifest, published } = await working();
  expect(await manifest()).toMatchObject({ status: 'idle', rooms: [chat], currentActivities: [] });
  const held = heldReply();
  runtime.answer(held.script);
  mara.say(chat, '@Ada hello');
  await settle();
  const spokeAt = clock.now();
  await clock.advance(2_000);
  expect(await manifest()).toMatchObject({
    status: 'active',
    currentActivities: ['answers in one room'],
    lastSeen: spokeAt,
  });
  held.say('Hello.');
  held.end();
  await settle();
  await clock.advance(2_000);
  expect(await manifest()).toMatchObject({ status: 'idle', currentActivities: [] });
  const told = published('AgentStatusUpdated').filter(({ data }) => data.agent === ada && data.from !== null);
  expect(told.map(({ data }) => data.to)).toEqual(['active', 'idle']);
});

it('many messages are few writes', async () => {
  const { mara, chat, settle, clock, manifest } = await working();
  const before = (await manifest())?.version ?? 0;
  for (let count = 0; count < 10; count += 1) {
    mara.say(chat, '@Ada hello');
    await settle();
  }
  await clock.advance(2_000);
  expect(((await manifest())?.version ?? 0) - before).toBe(1);
});

it('what the owner changes meanwhile stays', async () => {
  const { mara, chat, settle, clock, store, manifest } = await working();
  mara.say(chat, '@Ada hello');
  await settle();
  const agents = store.collection('agents');
  const now = await agents.get(ada);
  if (now !== null) await agents.replace({ ...now, description: 'Writes poems.' });
  await clock.advance(2_000);
  expect(await manifest()).toMatchObject({ description: 'Writes poems.', lastSeen: expect.any(Number) });
});

it('when Parley stops its agents are offline, and idle after the next start', async () => {
  const { end, crash, bridge, store, clock, manifest } = await working();
  await end();
  await crash();
  expect(await manifest()).toMatchObject({ status: 'offline' });
  const { parley } = await testParley({ bridge, store, clock });
  expect(parley.agents.get(ada)).toMatchObject({ status: 'idle' });
});
