import { afterEach, describe, expect, it } from 'vitest';
import { type ChatId, chatId } from '../../../src/core/ids.ts';
import { intake } from '../../../src/orchestrator/intake.ts';
import { type TestParley, testParley } from '../../fakes/installation.ts';

const worlds: TestParley[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.crash();
});

/** A room in which a message was never delivered, and the look for it failed. */
async function missing() {
  const test = await testParley();
  worlds.push(test);
  const mara = test.bridge.person('mara');
  const chat: ChatId = mara.createRoom({ invite: ['@agent-ada'] });
  await test.settle();
  test.bridge.network.faults.failNext('history', 1, 'before');
  test.bridge.network.outbound.lose(() => void mara.say(chat, '@Ada: the first'));
  await test.settle();
  expect(test.answers(chat)).toEqual([]);
  return { ...test, mara, chat, events: intake(test.parley) };
}

describe('what was missed in a chat', () => {
  it('is found when the chat is looked at ahead of the others, and comes before what is new', async () => {
    const { bridge, mara, chat, events, settle, answers } = await missing();
    await events.catchUp([chat, chatId(bridge.name, '!nobody-knows-it')]);
    mara.say(chat, '@Ada: the second');
    await settle();
    expect(answers(chat).map(({ text }) => text)).toEqual([
      'Ada heard: @Ada: the first',
      'Ada heard: @Ada: the second',
    ]);
  });

  it('does not wait for a chat that can not be looked at', async () => {
    const { bridge, chat, events, logged } = await missing();
    bridge.network.faults.failNext('history', 1, 'before');
    await events.catchUp([chat]);
    expect(logged.at(-1)?.message).toMatch(/^A room could not be compared/);
  });
});
