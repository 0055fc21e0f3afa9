import { expect, it } from 'vitest';
import { agentId, agentMember } from '../../src/core/ids.ts';
import { testParley } from '../fakes/installation.ts';

it('who came or went while the state of a room was read is not taken for what they were before', async () => {
  const { bridge, settle, clock, store } = await testParley();
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ name: 'Old', invite: ['@agent-ada', '@tom'] });
  await settle();
  const read = bridge.state;
  let asked = 0;
  bridge.state = async (...given) => {
    const state = await read(...given);
    asked += 1;
    // The answer is late.
    if (asked === 1) await new Promise<void>(resolve => void clock.after(10_000, resolve));
    return state;
  };
  mara.say(chat, '@tom hi');
  await settle();
  await clock.advance(301_000);
  expect(asked).toBe(1);
  mara.invite(chat, '@agent-bruno');
  mara.kick(chat, '@tom');
  mara.setName(chat, 'New');
  await settle();
  await clock.advance(20_000);
  const stored = await store.collection('chats').get(chat);
  expect(stored?.participants).toContain(agentMember(agentId('bruno')));
  expect(stored?.participants).not.toContain(bridge.memberAt('@tom'));
  expect(stored).toMatchObject({ name: 'New' });
});
