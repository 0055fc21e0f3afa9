import { describe, expect, it } from 'vitest';
import { setQuiet } from '../../src/core/floor/conduct.ts';
import { change } from '../../src/orchestrator/change.ts';
import { manyAgents } from '../fakes/agents.ts';
import { testParley } from '../fakes/installation.ts';

async function room(strategy: string) {
  const test = await testParley({ settings: { strategy } });
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom'] });
  await test.settle();
  const say = async (text: string): Promise<string[]> => {
    const before = test.answers(chat).length;
    mara.say(chat, text);
    await test.settle();
    await test.clock.advance(5_000);
    return test
      .answers(chat)
      .slice(before)
      .map(({ agent }) => agent);
  };
  const reasons = async (): Promise<string[]> =>
    (await test.store.collection('turns').find({ limit: 100 })).map(({ agent, reason }) => `${agent}: ${reason}`);
  return { ...test, chat, say, reasons };
}

describe('in a free room', () => {
  it('one agent that clearly knows more adds something, once, and says why', async () => {
    const { say, reasons } = await room('free');
    expect(await say('@Ada, how do I get statistics out of SQL data?')).toEqual(['ada', 'bruno']);
    expect(await reasons()).toEqual(expect.arrayContaining(['ada: asked by Mara', 'bruno: matches *data*']));
  });

  it.each([
    ['who answered knows best', 'How do I get statistics out of SQL data?', ['bruno']],
    ['the message is about nothing that they know', '@Ada, how are you?', ['ada']],
    ['two know as much', '@Clara, does the SQL data or the typescript code matter?', ['clara']],
    ['they were asked, too', '@Ada, @Bruno: how do I get statistics out of SQL data?', ['ada', 'bruno']],
  ])('nobody adds anything when %s', async (_when, text, agents) => {
    const { say } = await room('free');
    expect(await say(text)).toEqual(agents);
  });

  it('nobody adds anything while it is to be quiet', async () => {
    const { say, store, chat, clock } = await room('free');
    await change(store.collection('speaker_queues'), chat, floor => setQuiet(floor, clock.now() + 3_600_000));
    expect(await say('@Ada, how do I get statistics out of SQL data?')).toEqual(['ada']);
    expect(await say('And what else?')).toEqual([]);
  });
});

it('in other rooms nobody adds anything', async () => {
  const { say } = await room('default');
  expect(await say('@Ada, how do I get statistics out of SQL data?')).toEqual(['ada']);
});

it('one message wakes ten agents at most, the first that it names', async () => {
  const agents = manyAgents(12);
  const { bridge, runtime, settle } = await testParley({ wishes: agents });
  const mara = bridge.person('mara');
  const ours = agents.filter(({ role }) => role === 'agent');
  const chat = mara.createRoom({ invite: ['@parley', ...ours.map(({ _id }) => `@agent-${_id}`)] });
  await settle();
  mara.say(chat, ours.map(({ name }) => `@${name}`).join(' '));
  await settle();
  expect(runtime.requests.map(({ agent }) => agent.name)).toEqual(ours.slice(0, 10).map(({ name }) => name));
});
