import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../src/core/message.ts';
import { testParley } from '../fakes/installation.ts';

const minute = 60_000;

/** Events of these are stamped by a server whose clock goes wrong. */
async function wrongClock(byMs: number, isOf: (event: ChatEvent) => boolean) {
  const test = await testParley();
  const { outbound } = test.bridge.network;
  const push = outbound.push;
  outbound.push = event => push(isOf(event) ? { ...event, timestamp: event.timestamp + byMs } : event);
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@tom'] });
  await test.settle();
  return { ...test, mara, chat };
}

describe('an agent answers what is said after it was invited', () => {
  it('although the clock of the inviter’s server is a day ahead', async () => {
    const isInvitation = (event: ChatEvent) => event.messageType === 'membership' && event.change === 'invited';
    const { mara, chat, settle, clock, answers } = await wrongClock(24 * 60 * minute, isInvitation);
    mara.invite(chat, '@agent-ada');
    await settle();
    await clock.advance(10 * minute);
    mara.say(chat, '@Ada, are you there?');
    mara.say(chat, '!help');
    await settle();
    expect(answers(chat).map(({ agent }) => agent)).toEqual(['ada', 'ada']);
  });

  it('although the clock of the asker’s server is five minutes behind, also where the question was edited', async () => {
    const { mara, chat, settle, clock, bridge, answers } = await wrongClock(-5 * minute, ({ from }) =>
      from.endsWith('@tom'),
    );
    const tom = bridge.person('tom');
    mara.invite(chat, '@agent-ada');
    await settle();
    await clock.advance(2 * minute);
    tom.say(chat, '@Ada, are you there?');
    const second = tom.say(chat, '@mara, are you there?');
    await settle();
    mara.invite(chat, '@agent-bruno');
    await settle();
    await clock.advance(minute);
    tom.edit(chat, second, '@Bruno, are you there?');
    await settle();
    expect(answers(chat).map(({ agent }) => agent)).toEqual(['ada', 'bruno']);
  });

  it('although it was found only when Parley was back, and the clock of the asker’s server is an hour behind', async () => {
    const { mara, chat, settle, bridge, answers } = await wrongClock(0, () => false);
    mara.invite(chat, '@agent-ada');
    await settle();
    const { history } = bridge;
    bridge.history = async query => {
      const { events, mark } = await history(query);
      const late = (event: ChatEvent) =>
        event.messageType === 'text' ? { ...event, timestamp: event.timestamp - 59 * minute } : event;
      return { events: events.map(late), mark };
    };
    bridge.network.outbound.lose(() => void mara.say(chat, '@Ada, are you there?'));
    await settle();
    expect(answers(chat).map(({ agent }) => agent)).toEqual(['ada']);
  });
});
