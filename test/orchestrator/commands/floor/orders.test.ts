import { describe, expect, it } from 'vitest';
import { room } from './room.ts';

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

  it('gives the floor to an agent that still speaks for what else it was asked: nobody has to give it again', async () => {
    const { mara, order, adaSpeaks, runtime, chat, answers, settle, floor } = await room();
    await order(mara, '!floor strategy moderated');
    await order(mara, '!floor moderator @Mara');
    const held = await adaSpeaks();
    await order(mara, '!floor give @Ada');
    runtime.answer(({ conversation }) => `To ${conversation.at(-1)?.text}`);
    mara.say(chat, '@Ada and then?');
    await settle();
    expect(await order(mara, '!floor give @Ada')).toBe('The floor goes to Ada.');
    held.say('Once.');
    held.end();
    await settle();
    expect(answers(chat).filter(({ agent }) => agent === 'ada')).toMatchObject([
      { text: 'Once.' },
      { text: expect.stringContaining('To ') },
    ]);
    expect((await floor()).queue).toEqual([]);
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
