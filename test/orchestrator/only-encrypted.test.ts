import { describe, expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { foreignMember, messageId } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';

/** Agents that talk in encrypted rooms only; `strict` may be switched, as it is between two starts. */
async function room() {
  const clock = heldClock();
  const strict = { encrypts: true as const, onlyEncrypted: true };
  const bridge = Object.assign(memoryBridge(memoryNetwork({ clock })), strict);
  const test = await testParley({ clock, bridge });
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
  await test.settle();
  let count = 0;
  /** As the bridge gives it on. */
  async function inTheClear(who = '@mara'): Promise<void> {
    count += 1;
    const event: ChatEvent = {
      _id: messageId(bridge.name, `$clear${count}`),
      chat,
      from: foreignMember(bridge.name, who),
      fromPerson: null,
      timestamp: clock.now(),
      messageType: 'unreadable',
      why: 'clear',
      externalType: 'm.room.message',
    };
    await test.parley.messageLog.append([event]);
    test.parley.queue.wake(topics.rooms, chat);
    await test.settle();
  }
  return { ...test, bridge, mara, chat, inTheClear };
}

describe('Where agents talk in encrypted rooms only', () => {
  it('each says so once in a plain room, whatever is said there, and no model hears of it', async () => {
    const { answers, chat, inTheClear, runtime } = await room();
    await inTheClear();
    await inTheClear();
    const notice = { notice: true, text: expect.stringContaining('encrypted rooms only') };
    expect(answers(chat)).toMatchObject([notice, notice]);
    expect(answers(chat).map(({ agent }) => agent)).toEqual(['ada', 'bruno']);
    expect(runtime.requests).toEqual([]);
  });

  it('in an encrypted room only what was not encrypted is passed over, and its sender is told once a day', async () => {
    const { answers, mara, chat, inTheClear, settle } = await room();
    mara.encrypt(chat);
    await settle();
    const before = answers(chat).length;
    await inTheClear();
    await inTheClear();
    expect(answers(chat).slice(before)).toMatchObject([
      { notice: true, text: expect.stringContaining('not encrypted') },
    ]);
  });

  it('what was asked in a plain room before that is not answered any more, also not again', async () => {
    const { answers, bridge, mara, chat, settle, runtime, parley } = await room();
    bridge.onlyEncrypted = false;
    const question = mara.say(chat, '@agent-ada: the plan');
    await settle();
    bridge.onlyEncrypted = true;
    const said = answers(chat).length;
    mara.react(chat, question, '🔁');
    await settle();
    expect(answers(chat)).toHaveLength(said);
    const [turn] = await parley.store.collection('turns').find({ where: { trigger: question }, limit: 1 });
    if (turn === undefined) throw new Error('no turn');
    const asked = runtime.requests.length;
    await parley.store.collection('turns').replace({ ...turn, state: 'queued', outcome: null });
    parley.queue.wake(topics.turns, turn._id);
    await settle();
    expect(runtime.requests).toHaveLength(asked);
    expect(await parley.store.collection('turns').get(turn._id)).toMatchObject({ state: 'done', outcome: 'dropped' });
  });
});
