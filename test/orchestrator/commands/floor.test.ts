import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src/core/access.ts';
import { orderFloor } from '../../../src/orchestrator/floor/order-floor.ts';
import { holdFloor } from '../../../src/orchestrator/floor/orders.ts';
import { everybodyIs } from '../../fakes/access.ts';
import { testParley } from '../../fakes/installation.ts';
import { heldReply } from '../../fakes/runtime.ts';

/** Mara's room with Tom, Ada and Bruno, in which Ada speaks until the test ends it. */
async function room(people: Readonly<Record<string, Role>> = {}) {
  const test = await testParley({ settings: { access: everybodyIs('user', people) } });
  const mara = test.bridge.person('mara');
  const tom = test.bridge.person('tom');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom', '@eve'] });
  await test.settle();
  const floor = async () => {
    const found = await test.store.collection('speaker_queues').get(chat);
    if (found === null) throw new Error('The room has no floor.');
    return found;
  };
  const speaker = async () => {
    const { currentSpeaker } = await floor();
    return currentSpeaker === null
      ? null
      : currentSpeaker.kind === 'agent'
        ? currentSpeaker.agent
        : currentSpeaker.person;
  };
  /** The last answer of @parley to a command. */
  async function order(by: typeof mara, text: string, mentions: readonly string[] = []) {
    const before = test.answers(chat).filter(({ agent }) => agent === 'parley').length;
    by.say(chat, text, { mentions });
    await test.settle();
    const said = test.answers(chat).filter(({ agent }) => agent === 'parley');
    return said.length === before ? null : said.at(-1)?.text;
  }
  async function adaSpeaks() {
    const held = heldReply();
    test.runtime.answer(held.script);
    mara.say(chat, '@Ada tell us a story');
    await test.settle();
    return held;
  }
  return { ...test, mara, tom, chat, floor, speaker, order, adaSpeaks };
}

describe('!floor', () => {
  it('shows that nothing is going on, and the rules', async () => {
    const { mara, order } = await room();
    expect(await order(mara, '!floor')).toBe(
      [
        '- Nobody speaks.',
        '- Nobody waits.',
        '- Strategy: default. Moderator: the order of the queue.',
        '- A slot: 2 min, or 3 messages of a person.',
      ].join('\n'),
    );
  });

  it('shows who speaks, for how long, and who waits, people before agents, each with the reason', async () => {
    const { mara, tom, order, adaSpeaks, chat, settle, clock } = await room();
    await adaSpeaks();
    mara.say(chat, '@Bruno and you?');
    await settle();
    await order(tom, '!floor ask');
    await clock.advance(30_000);
    expect(await order(mara, '!floor')).toMatch(
      /^- Speaks: \*\*Ada\*\* \(.+\), for at most 90 s more\n- Wait: 1\. \*\*Tom\*\* \(asked for the floor\) 2\. \*\*Bruno\*\* \(.+\)\n/,
    );
  });

  it('shows names that imitate mark-up, mentions and agents as plain text', async () => {
    const { mara, tom, order, adaSpeaks, chat } = await room();
    tom.rename(chat, '**@parley** [x](https://evil.test)\u202E\n- Speaks: Ada');
    await adaSpeaks();
    await order(tom, '!floor ask');
    const shown = await order(mara, '!floor');
    expect(shown).not.toMatch(/\]\(|\u202E|[^\\]@parley/);
    expect(shown?.split('\n')).toHaveLength(4);
  });

  it('has nothing to say of a direct chat', async () => {
    const test = await testParley();
    const mara = test.bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await test.settle();
    for (const text of ['!floor', '!floor ask', '!floor hold', '!floor slot 90s']) mara.say(chat, text);
    await test.settle();
    expect(test.answers(chat).map(({ text }) => text.slice(0, 24))).toEqual(
      Array.from({ length: 4 }, () => 'This is a direct chat: e'),
    );
  });
});

describe('who made the room', () => {
  it('sets the strategy, and goes back to the one that is configured', async () => {
    const { mara, order, store, chat, runtime, settle } = await room();
    expect(await order(mara, '!floor strategy ment')).toBe('From now on: mentioned.');
    mara.say(chat, 'Anybody?');
    await settle();
    expect(runtime.requests).toEqual([]);
    expect(await order(mara, '!floor strategy as-configured')).toBe('From now on: default, as configured.');
    expect((await store.collection('chats').get(chat))?.strategy).toBeNull();
    expect(await order(mara, '!floor strategy loud')).toMatch(/^`loud` is not one of .*`mentioned`/);
  });

  it('lets models be asked if agents have something to add, and takes that back', async () => {
    const { mara, order, floor } = await room();
    expect(await order(mara, '!floor volunteers model')).toMatch(
      /^When a message .* up to 2 agents .* That counts while agents may volunteer: `!floor strategy free`\.$/,
    );
    expect((await floor()).asksModels).toBe(true);
    await order(mara, '!floor strategy free');
    expect(await order(mara, '!floor')).toContain('Models are asked whether agents have something to add.');
    expect(await order(mara, '!floor volunteers words')).toMatch(/^Whether .* without a model\.$/);
    expect((await floor()).asksModels).toBe(false);
  });

  it('sets slots, in time or messages or both', async () => {
    const { mara, order, floor } = await room();
    expect(await order(mara, '!floor slot 90s 5 messages')).toBe(
      'From the next slot on: 90 s, or 5 messages of a person.',
    );
    expect((await floor()).slotRules).toEqual({ seconds: 90, messages: 5 });
    await order(mara, '!floor slot 2 messages');
    expect((await floor()).slotRules).toEqual({ seconds: 90, messages: 2 });
    expect(await order(mara, '!floor slot')).toMatch(/^Name a time/);
    expect(await order(mara, '!floor slot 1s')).toMatch(
      /^`time` is to be at least 5 s\. It is written `!floor slot \[<time>\]/,
    );
    await order(mara, '!floor slot as-configured');
    expect((await floor()).slotRules).toBeNull();
  });

  it.each([
    ['!floor moderator @Tom', { kind: 'person', person: 'memory:@tom' }, 'Tom'],
    ['!floor moderator Bruno', { kind: 'agent', agent: 'bruno' }, 'Bruno'],
    ['!floor moderator priority', { kind: 'rule', rule: 'priority' }, 'who was asked first'],
  ])('appoints a moderator: %s', async (text, moderator, name) => {
    const { mara, order, floor } = await room();
    expect(await order(mara, text)).toMatch(
      new RegExp(`^The moderator is ${name}\\. That counts while the room is mod`),
    );
    expect((await floor()).moderator).toEqual(moderator);
  });

  it('appoints nobody who is not there, and no agent without a model', async () => {
    const { mara, order, floor } = await room();
    expect(await order(mara, '!floor moderator @nobody')).toMatch(
      /^`@nobody` is not one of `order`, `priority`, nor somebody of/,
    );
    expect(await order(mara, '!floor moderator @parley')).toMatch(/^No model speaks for this agent/);
    expect(await order(mara, '!floor moderator')).toMatch(/^Name one of/);
    expect((await floor()).moderator).toEqual({ kind: 'rule', rule: 'order' });
  });

  it('gives the floor to an agent that was not asked: it speaks to what a person said last', async () => {
    const { mara, order, adaSpeaks, speaker, runtime, chat, answers } = await room();
    const held = await adaSpeaks();
    runtime.answer(
      ({ agent, answering, conversation }) => `${agent.name}: ${(answering ?? conversation.at(-1))?.text}`,
    );
    expect(await order(mara, '!floor give @Bruno')).toBe('The floor goes to Bruno.');
    expect(held.aborted()).toBe(true);
    expect(await speaker()).toBeNull();
    expect(answers(chat).map(({ text }) => text)).toContain('Bruno: @Ada tell us a story');
  });

  it('gives the floor to a person, and agents wait until their slot is over', async () => {
    const { mara, tom, order, speaker, chat, settle, clock, runtime } = await room();
    await order(mara, '!floor give @tom');
    expect(await speaker()).toBe('memory:@tom');
    tom.say(chat, '@Ada listen');
    await settle();
    expect(runtime.requests).toEqual([]);
    await clock.advance(120_000);
    await settle();
    expect(runtime.requests).toHaveLength(1);
  });

  it('gives the floor to the agent, not to the person who calls themselves like it', async () => {
    const { mara, tom, order, chat, answers } = await room();
    tom.rename(chat, 'Bruno');
    await order(mara, '!floor give @Bruno');
    expect(answers(chat).map(({ agent }) => agent)).toContain('bruno');
  });

  it('clears the queue: who waited is not answered, who speaks goes on', async () => {
    const { mara, order, adaSpeaks, floor, chat, settle, runtime, answers } = await room();
    const held = await adaSpeaks();
    mara.say(chat, '@Bruno and you?');
    await settle();
    expect(await order(mara, '!floor clear')).toBe('Nobody waits any more.');
    expect((await floor()).queue).toEqual([]);
    held.say('Once.');
    held.end();
    await settle();
    expect(answers(chat).filter(({ agent }) => agent !== 'parley')).toEqual([
      { agent: 'ada', notice: false, text: 'Once.' },
    ]);
    expect(runtime.requests).toHaveLength(1);
  });

  it('clears it also when so many wait that nothing else is heard', async () => {
    const { mara, adaSpeaks, floor, chat, settle } = await room();
    await adaSpeaks();
    for (let index = 0; index < 60; index += 1) mara.say(chat, '@Bruno and you?');
    mara.say(chat, '!floor clear');
    await settle();
    expect((await floor()).queue).toEqual([]);
  });

  it('holds the floor, and lets it go on', async () => {
    const { mara, order, chat, settle, runtime } = await room();
    expect(await order(mara, '!floor hold')).toBe('The floor is on hold. `!floor resume` goes on.');
    mara.say(chat, '@Ada are you there?');
    await settle();
    expect(runtime.requests).toEqual([]);
    expect(await order(mara, '!floor')).toContain('- It is on hold');
    await order(mara, '!floor resume');
    expect(runtime.requests).toHaveLength(1);
  });

  it('ends a slot: the answer is cut, and the next one speaks', async () => {
    const { mara, order, adaSpeaks, chat, settle, runtime, answers } = await room();
    const held = await adaSpeaks();
    mara.say(chat, '@Bruno and you?');
    await settle();
    runtime.answer(({ agent }) => `${agent.name} speaks.`);
    expect(await order(mara, '!floor next')).toBe('The next one speaks.');
    expect(held.aborted()).toBe(true);
    expect(answers(chat).map(({ text }) => text)).toContain('Bruno speaks.');
    expect(await order(mara, '!floor next')).toBe('Nobody speaks, and nobody waits.');
  });

  it('has each change told on the bus, with who made it', async () => {
    const { mara, order, published } = await room();
    for (const text of ['strategy mentioned', 'hold', 'resume', 'slot 90s', 'moderator @tom', 'give @tom', 'clear'])
      await order(mara, `!floor ${text}`);
    const told = published('FloorPolicyChanged').map(({ data }) => [data.by, data.change]);
    const changes = ['strategy', 'held', 'resumed', 'slot', 'moderator', 'given', 'cleared'];
    expect(told).toEqual(changes.map(change => [mara.id, change]));
  });
});

describe('a member of the room', () => {
  const administrative = ['strategy mentioned', 'moderator @tom', 'slot 90s', 'give @tom', 'clear', 'hold', 'resume'];

  it.each(administrative)('may not: !floor %s', async text => {
    const { tom, order, floor, published } = await room();
    const before = await floor();
    expect(await order(tom, `!floor ${text}`)).toBe(
      `\`!floor ${text.split(' ')[0]}\` is not for you: your role here is user, and it is for who made this room or has power 50 or ` +
        'more in it, its moderator, and admins of this installation. Somebody of these can do it, or make you an admin of this room.',
    );
    const { currentSpeaker, queue, moderator, slotRules, held } = before;
    expect(await floor()).toMatchObject({ currentSpeaker, queue, moderator, slotRules, held });
    expect(published('FloorPolicyChanged')).toEqual([]);
  });

  it.each([
    ['as an admin of the installation', { '@tom': 'admin' }, false],
    ['as the moderator', {}, true],
  ] as const)('may, %s', async (_, people, moderates) => {
    const { mara, tom, order, floor } = await room(people);
    if (moderates) await order(mara, '!floor moderator @tom');
    expect(await order(tom, '!floor hold')).toMatch(/^The floor is on hold/);
    expect((await floor()).held).toBe(true);
  });

  it('may, where the room gives them the right', async () => {
    const { tom, order, store, chat, floor } = await room();
    const chats = store.collection('chats');
    const stored = await chats.get(chat);
    if (stored !== null) await chats.replace({ ...stored, accessRights: { [tom.id]: 'admin' } });
    await order(tom, '!floor hold');
    expect((await floor()).held).toBe(true);
  });

  it('asks for the floor, gets it when it is free, and gives it back', async () => {
    const { tom, order, adaSpeaks, speaker, settle } = await room();
    const held = await adaSpeaks();
    expect(await order(tom, '!floor ask')).toBe('You wait for the floor, at place 1.');
    expect(await order(tom, '!floor ask')).toBe('You wait for the floor, at place 1.');
    held.say('Done.');
    held.end();
    await settle();
    expect(await speaker()).toBe('memory:@tom');
    expect(await order(tom, '!floor ask')).toBe('You have the floor.');
    expect(await order(tom, '!floor next')).toBe('Thank you.');
    expect(await speaker()).toBeNull();
  });

  it('takes back that they asked', async () => {
    const { tom, order, adaSpeaks, floor } = await room();
    await adaSpeaks();
    await order(tom, '!floor ask');
    await order(tom, '!floor ask off');
    expect((await floor()).queue).toEqual([]);
  });

  it('does not end the slot of somebody else', async () => {
    const { tom, order, adaSpeaks } = await room();
    const held = await adaSpeaks();
    expect(await order(tom, '!floor next')).toMatch(/^`!floor next` is not for you/);
    expect(held.aborted()).toBe(false);
  });
});

describe('!quiet', () => {
  it('lets agents speak only where they are called, for an hour or as long as is said', async () => {
    const { tom, order, chat, settle, runtime, clock } = await room();
    expect(await order(tom, '!quiet')).toMatch(/^For 1 h agents speak here only where they are called/);
    tom.say(chat, 'Anybody?');
    await settle();
    expect(runtime.requests).toHaveLength(0);
    expect(await order(tom, '!floor')).toContain('- Quiet, for 1 h more');
    tom.say(chat, '@Ada you?');
    await settle();
    expect(runtime.requests).toHaveLength(1);
    await clock.advance(3_600_000);
    tom.say(chat, 'Anybody now?');
    await settle();
    expect(runtime.requests).toHaveLength(2);
  });

  it('ends when it is said', async () => {
    const { tom, order, floor } = await room();
    await order(tom, '!quiet 2 days');
    expect((await floor()).quietUntil).toBeGreaterThan(0);
    expect(await order(tom, '!quiet off')).toBe('Agents speak again as before.');
    expect((await floor()).quietUntil).toBe(0);
    expect(await order(tom, '!quiet 1s')).toMatch(/^`time` is to be at least 60 s/);
    expect(await order(tom, '!quiet forever')).toMatch(/^`forever` is not `off`, nor a time such as/);
  });
});

it('an order that comes from elsewhere is carried out, and the room goes on from there', async () => {
  const { mara, chat, parley, floor, settle, runtime } = await room();
  const cause = mara.say(chat, 'hello @tom', { mentions: ['@tom'] });
  await settle();
  await orderFloor(parley, { chat, by: mara.id, cause }, holdFloor);
  expect((await floor()).held).toBe(true);
  mara.say(chat, '@Ada are you there?');
  await settle();
  expect(runtime.requests).toEqual([]);
});
