import { describe, expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

describe('a direct chat', () => {
  it('answers a message once', async () => {
    const { bridge, settle, answers, runtime } = await testParley();
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await settle();
    mara.say(chat, 'Hello');
    await settle();
    expect(answers(chat)).toEqual([{ agent: 'ada', text: 'Ada heard: Hello', notice: false }]);
    expect(runtime.requests).toHaveLength(1);
    expect(runtime.requests[0]?.chat.kind).toBe('private');
  });

  it('answers each of several messages, in order, and shows each answer behind its question', async () => {
    const { bridge, settle, answers, runtime } = await testParley();
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await settle();
    for (const text of ['one', 'two', 'three']) mara.say(chat, text);
    await settle();
    expect(answers(chat).map(answer => answer.text)).toEqual(['Ada heard: one', 'Ada heard: two', 'Ada heard: three']);
    expect(runtime.requests[2]?.conversation.map(heard => heard.text)).toEqual([
      'one',
      'Ada heard: one',
      'two',
      'Ada heard: two',
      'three',
    ]);
  });

  it('introduces itself once, also when it is kicked and invited again', async () => {
    const { bridge, settle, answers } = await testParley({ settings: { introduce: true } });
    const mara = bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@tom'] });
    await settle();
    mara.kick(chat, '@agent-ada');
    await settle();
    mara.invite(chat, '@agent-ada');
    await settle();
    expect(answers(chat)).toHaveLength(1);
    expect(answers(chat)[0]?.text).toContain('I’m **Ada**');
  });
});

describe('a group', () => {
  const group = async () => {
    const test = await testParley();
    const mara = test.bridge.person('mara');
    const tom = test.bridge.person('tom');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom'] });
    await test.settle();
    const say = async (text: string, saying = {}) => {
      const id = mara.say(chat, text, saying);
      await test.settle();
      return id;
    };
    return { ...test, mara, tom, chat, say };
  };

  it('lets the mentioned agents speak one after the other, the second having read the first', async () => {
    const { say, answers, runtime, chat } = await group();
    await say('@Ada, @Bruno: what speaks against it?');
    expect(answers(chat).map(answer => answer.agent)).toEqual(['ada', 'bruno']);
    expect(runtime.requests[1]?.conversation.map(heard => heard.name)).toEqual(['Mara', 'Ada']);
  });

  it('never lets two speak at once', async () => {
    const { bridge, mara, chat, settle, runtime, answers } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada, @Bruno: what speaks against it?');
    mara.say(chat, '@Clara?');
    await held.asked;
    await settle();
    expect(runtime.requests).toHaveLength(1);
    runtime.answer(() => 'fine');
    held.say('first');
    held.end();
    await settle();
    expect(answers(chat).map(answer => answer.agent)).toEqual(['ada', 'bruno', 'clara']);
    expect(bridge.network.room(chat).shown.size).toBe(5);
  });

  it('goes on with the agent that was addressed last, and else asks who knows best', async () => {
    const { say, answers, chat } = await group();
    await say('Which SQL statistics do we have?');
    await say('@Clara, please look it up');
    await say('and in more detail?');
    expect(answers(chat).map(answer => answer.agent)).toEqual(['bruno', 'clara', 'clara']);
  });

  it('leaves people to each other', async () => {
    const { say, tom, mara, answers, chat, settle } = await group();
    await say('@tom have you eaten?');
    const question = tom.say(chat, '@mara no, you?');
    await settle();
    mara.say(chat, 'Not yet', { replyTo: question });
    await settle();
    expect(answers(chat)).toEqual([]);
  });

  it('answers a reply to an agent by that agent, in the thread where it was asked', async () => {
    const { say, bridge, answers, chat } = await group();
    const root = await say('@Ada hello');
    await say('and you?', { thread: root });
    const shown = [...bridge.network.room(chat).shown.values()].filter(message => message.from === 'agent:ada');
    expect(shown.map(message => message.thread)).toEqual([null, root]);
    expect(answers(chat)).toHaveLength(2);
  });

  it('hands over when an answer calls a colleague, and ends a debate by itself', async () => {
    const { say, answers, runtime, chat } = await group();
    runtime.answer(request => (request.agent.name === 'Ada' ? '@Bruno what do you say?' : '@Ada you first'));
    await say('@Ada?');
    expect(answers(chat).map(answer => answer.agent)).toEqual(['ada', 'bruno', 'ada', 'bruno', 'parley']);
  });

  it('answers !help by the orchestrator, and says so when a command is unknown', async () => {
    const { say, answers, chat } = await group();
    await say('!help');
    await say('!hlep');
    expect(answers(chat)).toMatchObject([
      { agent: 'parley', notice: true, text: expect.stringContaining('`!stop`') },
      { agent: 'parley', notice: true, text: expect.stringContaining('no command `!hlep`') },
    ]);
  });
});
