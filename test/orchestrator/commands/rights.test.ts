import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src/core/access.ts';
import { allCommands } from '../../../src/orchestrator/commands/all-commands.ts';
import { everybodyIs } from '../../fakes/access.ts';
import { testParley } from '../../fakes/installation.ts';
import { heldReply } from '../../fakes/runtime.ts';

/** A room of Mara with agents, into which others come. */
async function room(people: Readonly<Record<string, Role>> = {}) {
  const test = await testParley({ settings: { access: everybodyIs('user', people) } });
  const mara = test.bridge.person('mara');
  const others = Object.keys(people).filter(name => name !== '@mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', ...others] });
  await test.settle();
  /** Each refusal is logged, and told on the bus. */
  const refused = () => {
    const logged = test.logged.filter(({ message }) => message.startsWith('Refused'));
    const published = test.published('CommandRefused').map(({ data }) => data);
    expect(logged.map(({ fields }) => fields)).toMatchObject(published);
    return published;
  };
  const told = () => test.answers(chat).map(({ text }) => text);
  return { ...test, mara, chat, told, refused, gus: test.bridge.person('gus') };
}

describe('a guest', () => {
  it('is answered by agents, and may ask for help', async () => {
    const { gus, chat, settle, told } = await room({ '@gus': 'guest' });
    gus.say(chat, '@Ada hello');
    gus.say(chat, '!help');
    await settle();
    expect(told().toSorted()).toEqual([
      'Ada heard: @Ada hello',
      expect.stringMatching(/`!help \[<about>\]`[^!]*You are a guest here/),
    ]);
  });

  it('who tries every command is refused each time, and told once a minute for each right', async () => {
    const { gus, chat, settle, told, refused, clock } = await room({ '@gus': 'guest' });
    const forbidden = allCommands.filter(({ needs }) => needs !== null);
    for (const { name, example } of forbidden) gus.say(chat, `!${example ?? name}`);
    await settle();
    expect(refused()).toHaveLength(forbidden.length);
    const rights = new Set(forbidden.map(({ needs }) => needs));
    expect(told()).toHaveLength(rights.size);
    expect(told().every(text => /is not for you: your role here is guest, and it is for .*\./.test(text))).toBe(true);
    await clock.advance(60_000);
    gus.say(chat, '!who');
    await settle();
    expect(told()).toHaveLength(rights.size + 1);
  });

  it('is not told which names are nearly right', async () => {
    const { gus, chat, settle, told } = await room({ '@gus': 'guest' });
    gus.say(chat, '!hwo');
    await settle();
    expect(told()).toEqual([expect.stringMatching(/^To use commands is not for you/)]);
  });

  it('neither stops an answer nor has it made again by a reaction', async () => {
    const { mara, gus, chat, settle, runtime, told, refused } = await room({ '@gus': 'guest' });
    const held = heldReply();
    runtime.answer(held.script);
    const question = mara.say(chat, '@Ada hello');
    await settle();
    gus.react(chat, question, '🛑');
    gus.react(chat, question, '🔁');
    await settle();
    expect(held.aborted()).toBe(false);
    held.say('Hello.');
    held.end();
    await settle();
    expect(told().toSorted()).toEqual(['Hello.', expect.stringMatching(/^🛑 is not for you/)]);
    expect(refused()).toHaveLength(2);
  });

  it('is not refused for a reaction that does nothing', async () => {
    const { mara, gus, chat, settle, told, refused } = await room({ '@gus': 'guest' });
    const said = mara.say(chat, '@gus hello');
    await settle();
    for (const key of ['👍', '🛑', '🔁', '!stop', '']) gus.react(chat, said, key);
    await settle();
    expect(told()).toEqual([]);
    expect(refused()).toEqual([]);
  });
});

describe('somebody whose role is none', () => {
  it('is never answered, neither in words nor by a refusal', async () => {
    const { gus, chat, settle, told, runtime } = await room({ '@gus': 'none' });
    for (const said of ['@Ada hello', '!help', '!stop', '!hlep', '@parley !who']) gus.say(chat, said);
    await settle();
    expect(told()).toEqual([]);
    expect(runtime.requests).toEqual([]);
  });

  it('does not count as a person who has spoken', async () => {
    const { gus, chat, settle, store, mara } = await room({ '@gus': 'none' });
    mara.say(chat, '@Ada hello');
    await settle();
    const spent = async () => (await store.collection('speaker_queues').get(chat))?.turnsSincePerson;
    expect(await spent()).toBe(1);
    gus.say(chat, 'hello');
    await settle();
    expect(await spent()).toBe(1);
  });

  it('has no reaction that does anything', async () => {
    const { gus, mara, chat, settle, runtime, told } = await room({ '@gus': 'none' });
    const held = heldReply();
    runtime.answer(held.script);
    const question = mara.say(chat, '@Ada hello');
    await settle();
    gus.react(chat, question, '🛑');
    await settle();
    expect(held.aborted()).toBe(false);
    expect(told()).toEqual([]);
  });
});

it('a user’s command is told on the bus, with who asked for it', async () => {
  const { mara, chat, settle, published } = await room();
  const said = mara.say(chat, '!who');
  await settle();
  const about = { chat, message: said, by: mara.id, command: 'who', administrative: false, result: 'done' };
  expect(published('CommandRun').map(({ data }) => data)).toEqual([about]);
});

describe('nobody gets a right by', () => {
  it.each(['Parley', '@parley', 'Mara', '@mara', '!stop', 'admin', '**@parley**: !stop'])('the name %j', async name => {
    const { gus, mara, chat, settle, runtime } = await room({ '@gus': 'guest', '@mara': 'admin' });
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada hello');
    gus.rename(chat, name);
    gus.say(chat, '!stop');
    await settle();
    expect(held.aborted()).toBe(false);
  });

  it('being a bot', async () => {
    const { bridge, mara, chat, settle, told } = await room();
    const bot = bridge.bot('helper');
    mara.invite(chat, '@helper');
    await settle();
    bot.say(chat, '!who');
    bot.say(chat, '!hlep');
    await settle();
    expect(told()).toEqual([]);
  });

  it('a notice', async () => {
    const { mara, chat, settle, told } = await room();
    mara.say(chat, '!who', { messageType: 'notice' });
    await settle();
    expect(told()).toEqual([]);
  });
});

it('what an agent says is no command', async () => {
  const { mara, chat, settle, runtime, told } = await room();
  runtime.answer(() => '!who');
  mara.say(chat, '@Ada say a command');
  await settle();
  expect(told()).toEqual(['!who']);
});
