import { describe, expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';
import { heldReply, lastText } from '../fakes/runtime.ts';

const long = 'This is a sentence that makes the answer longer. '.repeat(10);

async function group() {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await test.settle();
  const held = heldReply();
  test.runtime.answer(held.script);
  const shown = () =>
    [...test.bridge.network.room(chat).shown.values()].filter(message => message.from.startsWith('agent:'));
  return { ...test, mara, chat, held, shown };
}

describe('an edited message', () => {
  it('is answered as edited while it waits, by whom it then speaks to, in its place', async () => {
    const { mara, chat, held, settle, runtime, answers } = await group();
    mara.say(chat, '@Ada first');
    const second = mara.say(chat, '@Ada secnd');
    mara.say(chat, '@Ada third');
    await settle();
    mara.edit(chat, second, '@Bruno second');
    await settle();
    runtime.answer(request => `${request.agent.name}: ${lastText(request)}`);
    held.say('ok');
    held.end();
    await settle();
    expect(answers(chat).map(answer => answer.text)).toEqual(['ok', 'Bruno: @Bruno second', 'Ada: @Ada third']);
  });

  it('makes the model start over while nothing is out yet', async () => {
    const { mara, chat, held, settle, runtime, answers } = await group();
    const question = mara.say(chat, '@Ada what is 1 + 1?');
    await settle();
    held.say('tw');
    await settle();
    runtime.answer(request => lastText(request));
    mara.edit(chat, question, '@Ada what is 2 + 2?');
    await settle();
    expect(held.aborted()).toBe(true);
    expect(answers(chat).map(answer => answer.text)).toEqual(['@Ada what is 2 + 2?']);
  });

  it('is not answered twice when its answer is there', async () => {
    const { mara, chat, settle, runtime, answers } = await group();
    runtime.answer(() => 'answer');
    const question = mara.say(chat, '@Ada what?');
    await settle();
    mara.edit(chat, question, '@Ada what, really?');
    await settle();
    expect(answers(chat)).toHaveLength(1);
  });

  it('can be changed by its author only', async () => {
    const { bridge, mara, chat, settle, runtime, store } = await group();
    runtime.answer(() => 'answer');
    const question = mara.say(chat, '@Ada what?');
    await settle();
    bridge.person('tom').edit(chat, question, '@Ada forged');
    await settle();
    expect(await store.collection('messages').get(question)).toMatchObject({ text: '@Ada what?' });
  });
});

describe('a redacted message', () => {
  it('is not answered, and is forgotten', async () => {
    const { mara, chat, held, settle, runtime, answers, store } = await group();
    mara.say(chat, '@Ada first');
    const second = mara.say(chat, '@Ada secret');
    await settle();
    mara.redact(chat, second);
    await settle();
    held.end();
    runtime.answer(() => 'never');
    await settle();
    expect(answers(chat)).toHaveLength(0);
    expect(JSON.stringify(await store.collection('messages').get(second))).not.toContain('secret');
  });

  it('stops the answer that is being made for it, and takes back what was shown', async () => {
    const { mara, chat, held, settle, clock, answers } = await group();
    const question = mara.say(chat, '@Ada first');
    await settle();
    held.say(long);
    await clock.advance(1000);
    expect(answers(chat)).toHaveLength(1);
    mara.redact(chat, question);
    await settle();
    expect(held.aborted()).toBe(true);
    expect(answers(chat)).toHaveLength(0);
  });
});

describe('🛑', () => {
  it('closes the code block that it cuts', async () => {
    const { mara, chat, held, settle, clock, shown } = await group();
    mara.say(chat, '@Ada first');
    await settle();
    held.say(`${long}\n\n\`\`\`ts\nconst a = 1;\n`);
    await clock.advance(1000);
    expect(shown()[0]?.text).toMatch(/const a = 1;\n```\n\n…$/);
    mara.react(chat, shown()[0]?.id ?? ('' as never), '🛑');
    await settle();
    expect(shown()[0]?.text).toMatch(/const a = 1;\n```\n\n\*Stopped\.\*$/);
  });

  it('stops an answer and leaves what was shown', async () => {
    const { mara, chat, held, settle, clock, shown } = await group();
    mara.say(chat, '@Ada first');
    await settle();
    held.say(long);
    await clock.advance(1000);
    mara.react(chat, shown()[0]?.id ?? ('' as never), '🛑');
    await settle();
    expect(held.aborted()).toBe(true);
    expect(shown()).toHaveLength(1);
    expect(shown()[0]?.text).toMatch(/^This is a sentence[\s\S]*\*Stopped\.\*$/);
    expect(shown()[0]?.mark?.state).toBe('complete');
  });

  it('on a question takes it back before anything is out', async () => {
    const { mara, chat, held, settle, answers } = await group();
    const question = mara.say(chat, '@Ada, @Bruno first');
    await settle();
    mara.react(chat, question, '🛑');
    await settle();
    expect(held.aborted()).toBe(true);
    expect(answers(chat)).toEqual([]);
  });

  it('does nothing when an agent or a bot sends it', async () => {
    const { bridge, mara, chat, held, settle } = await group();
    bridge.bot('robot').join(chat);
    const question = mara.say(chat, '@Ada first');
    await settle();
    bridge.bot('robot').react(chat, question, '🛑');
    await settle();
    expect(held.aborted()).toBe(false);
  });

  it('as !stop ends the speaker and all who wait, and says so of these', async () => {
    const { mara, chat, held, settle, answers } = await group();
    mara.say(chat, '@Ada, @Bruno first');
    await settle();
    mara.say(chat, '!stop');
    await settle();
    expect(held.aborted()).toBe(true);
    const told = { agent: 'parley', notice: true, text: 'An answer that waited is taken back, too.' };
    expect(answers(chat)).toEqual([told]);
  });
});

describe('🔁', () => {
  it('makes an answer again in its place, as often as one likes', async () => {
    const { mara, chat, settle, runtime, shown } = await group();
    let round = 0;
    runtime.answer(() => `round ${round++}`);
    mara.say(chat, '@Ada?');
    await settle();
    for (const expected of ['round 1', 'round 2']) {
      mara.react(chat, shown()[0]?.id ?? ('' as never), '🔁');
      await settle();
      expect(shown().map(message => message.text)).toEqual([expected]);
    }
    expect(runtime.requests.at(-1)?.conversation.map(heard => heard.text)).toEqual(['@Ada?']);
  });
});

describe('who is out of the room', () => {
  it('says nothing more there, and its work is cancelled', async () => {
    const { mara, chat, held, settle, clock, answers, bridge } = await group();
    mara.say(chat, '@Ada, @Bruno first');
    await settle();
    held.say(long);
    await clock.advance(1000);
    const before = answers(chat);
    mara.kick(chat, '@agent-ada');
    mara.ban(chat, '@agent-bruno');
    await settle();
    await clock.advance(120_000);
    expect(held.aborted()).toBe(true);
    expect(answers(chat)).toEqual(before);
    expect([...bridge.network.room(chat).typing]).toEqual([]);
  });

  it('can be invited again and then answers', async () => {
    const { mara, chat, settle, runtime, answers } = await group();
    runtime.answer(() => 'here I am');
    mara.kick(chat, '@agent-ada');
    await settle();
    mara.invite(chat, '@agent-ada');
    await settle();
    mara.say(chat, '@Ada?');
    await settle();
    expect(answers(chat).map(answer => answer.text)).toEqual(['here I am']);
  });
});

describe('an encrypted room', () => {
  it('is told once that it cannot be read, also when it becomes encrypted later', async () => {
    const { mara, chat, settle, answers } = await group();
    mara.encrypt(chat);
    await settle();
    mara.say(chat, 'nobody can read this');
    mara.say(chat, 'nor this');
    await settle();
    expect(answers(chat)).toHaveLength(1);
    expect(answers(chat)[0]).toMatchObject({ agent: 'ada', notice: true, text: expect.stringContaining('encrypted') });
  });
});
