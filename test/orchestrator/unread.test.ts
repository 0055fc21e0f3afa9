import { describe, expect, it } from 'vitest';
import { type ChatId, foreignMember, messageId } from '../../src/core/ids.ts';
import type { ChatEvent, Unreadable } from '../../src/core/message.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import { testParley } from '../fakes/installation.ts';

const day = 24 * 3_600_000;

describe('A message whose key is missing', () => {
  async function room() {
    const test = await testParley();
    const mara = test.bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
    await test.settle();
    let count = 0;
    async function unread(why: Unreadable['why'], who = '@mara', later = 0): Promise<void> {
      count += 1;
      const event: ChatEvent = {
        _id: messageId(test.bridge.name, `$${count}~sealed`),
        chat: chat as ChatId,
        from: foreignMember(test.bridge.name, who),
        fromPerson: null,
        timestamp: test.clock.now() + later,
        messageType: 'unreadable',
        why,
        externalType: 'm.room.encrypted',
      };
      await test.parley.messageLog.append([event]);
      test.parley.queue.wake(topics.rooms, chat);
      await test.settle();
    }
    return { ...test, chat, unread };
  }

  it('is told once a day to each person, by one agent, with what to do', async () => {
    const { chat, unread, answers } = await room();
    await unread('no key');
    await unread('no key');
    expect(answers(chat)).toMatchObject([
      { agent: 'ada', notice: true, text: expect.stringContaining('send it again') },
    ]);
    await unread('no key', '@tom');
    await unread('no key', '@mara', day);
    expect(answers(chat)).toHaveLength(3);
  });

  it('is told otherwise where the client keeps the key back', async () => {
    const { chat, unread, answers } = await room();
    await unread('withheld');
    await unread('withheld');
    expect(answers(chat)).toMatchObject([{ notice: true, text: expect.stringContaining('Verify me') }]);
  });

  it('is told without the mark-up, links and mentions that somebody has put into their name', async () => {
    const { chat, unread, answers, bridge, settle } = await room();
    bridge.person('mara').invite(chat, '@eve');
    bridge.person('eve').rename(chat, '[free](https://evil.example) @mara:x.y');
    await settle();
    await unread('no key', '@eve');
    const text = answers(chat)[0]?.text ?? '';
    expect(text).toContain('free');
    expect(text).not.toMatch(/\]\(https:|(?<!\\)@mara|[^\\]:\/\//);
  });

  it('wakes no model, and what is malformed is not told at all', async () => {
    const { chat, unread, answers, runtime } = await room();
    await unread('malformed');
    await unread('no key');
    expect(answers(chat)).toHaveLength(1);
    expect(runtime.requests).toEqual([]);
  });
});
