import { describe, expect, it } from 'vitest';
import type { ChatId } from '../../src/core/ids.ts';
import type { ReplyRequest } from '../../src/ports/agent-runtime.ts';
import { everybodyIs } from '../fakes/access.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { noBudgets, type TestParley, testParley } from '../fakes/installation.ts';
import { heldReply, type Script } from '../fakes/runtime.ts';

const isThought = (asked: ReplyRequest): boolean => asked.conversation.at(-1)?.from === 'agent:parley';
const question = '@Ada, how does code write data to the web?';

/** A free room in which models may be asked; `consider` is the model of whoever considers. */
async function lively(consider: Script, given: Parameters<typeof testParley>[0] = {}) {
  const settings = { strategy: 'free', access: everybodyIs('admin'), ...given.settings };
  const test = await testParley({ ...given, settings });
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley'] });
  await test.settle();
  const say = async (text: string) => {
    await test.clock.advance(5_000);
    const said = mara.say(chat, text);
    await test.settle();
    return said;
  };
  await say('!floor volunteers model');
  return { ...around(test, chat), ...play(test, consider), mara, say };
}

function play(test: TestParley, consider: Script) {
  test.runtime.answer((asked, signal) => (isThought(asked) ? consider(asked, signal) : 'fine'));
  return {};
}

function around(test: TestParley, chat: ChatId) {
  const thinkers = () => test.runtime.requests.filter(isThought).map(({ agent }) => agent.name);
  const texts = () => test.answers(chat).filter(({ agent }) => agent !== 'parley');
  const speakers = () => texts().map(({ agent }) => agent);
  return { ...test, chat, thinkers, speakers };
}

describe('in a free room where models may be asked', () => {
  it('those whom a message is about are asked when it has been answered, and with a yes they add something', async () => {
    const { say, thinkers, speakers, published } = await lively(({ agent }) =>
      agent.name === 'Bruno' ? 'YES!' : 'No.',
    );
    await say(question);
    expect(thinkers()).toEqual(['Bruno', 'Clara']);
    expect(speakers()).toEqual(['ada', 'bruno']);
    const reasons = published('SpeakRequested').map(({ data }) => data.reason);
    expect(reasons).toEqual(['asked by Mara', 'has something to add']);
  });

  it('nobody is asked while it is off, which it is at first', async () => {
    const { say, thinkers, speakers } = await lively(() => 'YES');
    await say('!floor volunteers words');
    await say(question);
    expect(thinkers()).toEqual([]);
    expect(speakers()).toEqual(['ada']);
  });

  it('nobody is asked about what is nobody else’s matter, nor about what agents say', async () => {
    const { say, thinkers, speakers } = await lively(() => 'YES');
    await say('@Ada, good morning!');
    expect(thinkers()).toEqual([]);
    await say(question);
    expect(thinkers()).toHaveLength(2);
    expect(speakers()).toEqual(['ada', 'ada', 'bruno', 'clara']);
  });

  it('at most two are asked about one message', async () => {
    const experts = sampleAgents.map(wish => ({ ...wish, resources: { ...wish.resources, skills: ['data', 'web'] } }));
    const dora = { ...experts[0], _id: 'dora', name: 'Dora', place: 9 } as (typeof experts)[number];
    const { say, thinkers, mara, chat, settle } = await lively(() => 'no', { wishes: [...experts, dora] });
    mara.invite(chat, '@agent-dora');
    await settle();
    await say(question);
    expect(thinkers()).toHaveLength(2);
  });

  it('nobody is asked where the limits would not let them speak', async () => {
    const turnLimits = { maxHops: 0, maxTurnsWithoutPerson: 6, agentTurnsPerMinute: 10, roomTurnsPerMinute: 20 };
    const { say, thinkers } = await lively(() => 'YES', { settings: { turnLimits } });
    await say(question);
    expect(thinkers()).toEqual([]);
  });

  it('a model is cut after its first word, and is given up after a while', async () => {
    const held = heldReply();
    const { say, settle, speakers, clock } = await lively((asked, signal) =>
      asked.agent.name === 'Bruno' ? held.script(asked, signal) : 'no',
    );
    await say(question);
    held.say('YES');
    held.say(', because');
    await settle();
    expect(held.aborted()).toBe(true);
    expect(speakers()).toEqual(['ada', 'bruno']);
    await say('@Clara, what is known of sql and data?');
    await clock.advance(20_000);
    await settle();
    expect(speakers()).toEqual(['ada', 'bruno', 'clara']);
  });

  it('a model that fails, and a budget that is spent, are a no', async () => {
    const agent = { bruno: { tokens: 1, money: null } };
    const budgets = { ...noBudgets, limits: { ...noBudgets.limits, agent } };
    const broken: Script = async function* () {
      yield* [];
      throw new Error('broken');
    };
    const { say, thinkers, speakers, answers, chat } = await lively(broken, { settings: { budgets } });
    await say(question);
    expect(thinkers()).toEqual(['Clara']);
    expect(speakers()).toEqual(['ada']);
    expect(answers(chat).filter(({ text }) => text.includes('⚠️'))).toEqual([]);
  });

  it('what was taken back is considered no more', async () => {
    const held = heldReply();
    const { say, settle, speakers, mara, chat } = await lively(held.script);
    mara.redact(chat, await say(question));
    await settle();
    held.say('YES, ');
    await settle();
    expect(speakers()).not.toContain('bruno');
  });

  it('after a crash goes on: nobody is asked twice for a yes, and each adds once', async () => {
    const held = heldReply();
    const first = await lively(held.script);
    await first.say(question);
    await first.crash();
    const { store, clock, bridge, chat } = first;
    const test = await testParley({ store, clock, bridge, settings: { strategy: 'free' } });
    play(test, () => 'YES');
    await test.settle();
    expect(around(test, chat).speakers()).toEqual(['ada', 'bruno', 'clara']);
    const thoughts = (await store.collection('turns').find({ where: { chat }, limit: 100 })).filter(one => one.thought);
    expect(thoughts.map(({ state, reply }) => [state, reply])).toEqual([
      ['done', 'yes'],
      ['done', 'yes'],
    ]);
    await test.crash();
    const [thought] = thoughts;
    if (thought === undefined) throw new Error('There is no thought.');
    await store.collection('turns').replace({ ...thought, state: 'replied' });
    const again = await testParley({ store, clock, bridge, settings: { strategy: 'free' } });
    await again.settle();
    expect(again.runtime.requests).toEqual([]);
    expect(around(again, chat).speakers()).toEqual(['ada', 'bruno', 'clara']);
  });
});
