import { describe, expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const long = 'This is a sentence that makes the answer longer. '.repeat(10);
const minute = 60_000;

async function asked() {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await test.settle();
  const held = heldReply();
  test.runtime.answer(held.script);
  const question = mara.say(chat, '@Ada a secret');
  await test.settle();
  const turn = async () => (await test.store.collection('turns').find({ limit: 10 }))[0];
  return { ...test, faults: test.bridge.network.faults, mara, chat, held, question, turn };
}

type Asked = Awaited<ReturnType<typeof asked>>;

/** The question is taken back while the request that completes its answer is under way. */
async function takeBackInFlight({ faults, held, clock, mara, chat, question, settle }: Asked) {
  faults.delay(['send', 'edit'], 30_000);
  held.say('about the secret');
  held.end();
  await settle();
  await clock.advance(1000);
  mara.redact(chat, question);
  await clock.advance(2 * minute);
}

describe('a question that is taken back', () => {
  it('takes its answer back that is just being sent', async () => {
    const test = await asked();
    await takeBackInFlight(test);
    expect(test.answers(test.chat)).toEqual([]);
    expect(await test.turn()).toMatchObject({ state: 'done', outcome: 'dropped' });
  });

  it('takes its answer back that is just being completed', async () => {
    const test = await asked();
    test.held.say(long);
    await test.clock.advance(1000);
    expect(test.answers(test.chat)).toHaveLength(1);
    await takeBackInFlight(test);
    expect(test.answers(test.chat)).toEqual([]);
    expect(JSON.stringify(await test.store.collection('messages').find({ limit: 100 }))).not.toContain('about the');
  });

  it('has an answer never sent that did not get out before', async () => {
    const { faults, held, clock, mara, chat, question, bridge, answers, turn } = await asked();
    faults.failNext('send', 1, 'before');
    held.say(`The secret is hunter2. ${long}`);
    await clock.advance(1000);
    expect(answers(chat)).toEqual([]);
    mara.redact(chat, question);
    await clock.advance(minute);
    const said = bridge.network.room(chat).events.filter(({ from }) => from === 'agent:ada');
    expect(said.filter(({ messageType }) => messageType === 'text')).toEqual([]);
    expect(await turn()).toMatchObject({ state: 'done', outcome: 'dropped' });
  });

  it('keeps nobody from speaking though the agent may not see any more whether its answer went out', async () => {
    const { faults, held, clock, mara, chat, question, runtime, answers, settle, turn } = await asked();
    runtime.answer(() => 'Here.');
    faults.failNext('send', 1, 'before');
    held.say('about the secret');
    held.end();
    await settle();
    mara.redact(chat, question);
    mara.ban(chat, '@agent-ada');
    await clock.advance(minute);
    mara.say(chat, '@Bruno, are you there?');
    await settle();
    expect(answers(chat)).toMatchObject([{ agent: 'bruno', text: 'Here.' }]);
    expect(await turn()).toMatchObject({ state: 'done', outcome: 'dropped' });
  });
});
