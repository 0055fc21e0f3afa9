import { describe, expect, it } from 'vitest';
import type { ChatId } from '../../src/core/ids.ts';
import { testParley } from '../fakes/installation.ts';

const second = 1000;

async function world() {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  return {
    ...test,
    mara,
    /** What is said or done next has a later time. */
    later: () => test.clock.advance(second),
    /** Lets the sweep compare the room with the network, too. */
    async afterSweeps() {
      await test.settle();
      await test.clock.advance(301 * second);
      await test.settle();
    },
    asked: () => test.runtime.requests.map(({ agent }) => agent.name),
    said: (chat: ChatId) => test.answers(chat).map(({ text }) => text),
  };
}

describe('an agent does not answer what was said before it was invited', () => {
  it('into a room without agents, though it was said to it by name, and much of it', async () => {
    const { mara, later, afterSweeps, asked, said } = await world();
    const chat = mara.createRoom({ invite: ['@tom'] });
    for (let count = 0; count < 80; count += 1) mara.say(chat, `@Ada, do you hear me? ${count}`);
    await later();
    mara.invite(chat, '@agent-ada');
    await afterSweeps();
    expect(asked()).toEqual([]);
    mara.say(chat, '@Ada, and now?');
    await afterSweeps();
    expect(said(chat)).toEqual(['Ada heard: @Ada, and now?']);
  });

  it('into a room with another agent, who answers', async () => {
    const { mara, later, afterSweeps, asked } = await world();
    const chat = mara.createRoom({ invite: ['@tom', '@agent-ada'] });
    await later();
    mara.say(chat, '@Ada and @Bruno?');
    await later();
    mara.invite(chat, '@agent-bruno');
    await afterSweeps();
    expect(asked()).toEqual(['Ada']);
  });

  it('together with another agent, where both come in at the same time', async () => {
    const { mara, later, crash, bridge, store, clock } = await world();
    await crash();
    const chat = mara.createRoom({ invite: ['@tom', '@agent-ada'] });
    await later();
    mara.say(chat, '@Ada and @Bruno?');
    mara.say(chat, '!help');
    await later();
    mara.invite(chat, '@agent-bruno');
    mara.invite(chat, '@parley');
    const again = await testParley({ bridge, store, clock });
    await again.settle();
    expect(again.answers(chat).map(({ agent }) => agent)).toEqual(['ada', 'ada']);
  });

  it('again after it was kicked, also where none of this was delivered', async () => {
    const { mara, later, afterSweeps, asked, bridge, store } = await world();
    const chat = mara.createRoom({ invite: ['@tom', '@agent-ada', '@agent-bruno'] });
    await later();
    bridge.network.outbound.lose(() => {
      mara.kick(chat, '@agent-bruno');
      mara.say(chat, '@Bruno, are you there?');
      mara.invite(chat, '@agent-bruno');
    });
    await afterSweeps();
    expect(asked()).not.toContain('Bruno');
    expect(await store.collection('agent_chats').get(`${chat}/bruno`)).toMatchObject({ leftAt: null });
  });

  it('again after it was kicked, where only its kick and what was said then was not delivered', async () => {
    const { mara, later, afterSweeps, asked, bridge } = await world();
    const chat = mara.createRoom({ invite: ['@tom', '@agent-ada', '@agent-bruno'] });
    await later();
    bridge.network.faults.failNext('history', 1, 'before');
    bridge.network.outbound.lose(() => {
      mara.kick(chat, '@agent-bruno');
      mara.say(chat, '@Bruno, are you there?');
    });
    await later();
    mara.invite(chat, '@agent-bruno');
    await afterSweeps();
    expect(asked()).not.toContain('Bruno');
  });

  it('and what was said before, but edited to call it since, it does', async () => {
    const { mara, later, afterSweeps, asked } = await world();
    const chat = mara.createRoom({ invite: ['@tom', '@agent-ada'] });
    await later();
    const message = mara.say(chat, '@tom, what do you say?');
    await later();
    mara.invite(chat, '@agent-bruno');
    await later();
    mara.edit(chat, message, '@Bruno, what do you say?');
    await afterSweeps();
    expect(asked()).toEqual(['Bruno']);
  });
});

it('an agent answers what is said between its invitation and its coming in', async () => {
  const { mara, settle, said, bridge, clock } = await world();
  bridge.network.faults.delay('join', 5 * second);
  const chat = mara.dm('@agent-ada');
  mara.say(chat, 'Hello');
  await settle();
  mara.say(chat, 'Are you there?');
  await clock.advance(5 * second);
  await settle();
  expect(said(chat)).toEqual(['Ada heard: Hello', 'Ada heard: Are you there?']);
});
