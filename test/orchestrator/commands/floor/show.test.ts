import { describe, expect, it } from 'vitest';
import { testParley } from '../../../fakes/installation.ts';
import { room } from './room.ts';

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

  it('tells that the order decides while the moderator is not in the room', async () => {
    const { mara, order, chat, settle } = await room();
    await order(mara, '!floor strategy moderated');
    await order(mara, '!floor moderator @tom');
    expect(await order(mara, '!floor')).toContain('Strategy: moderated. Moderator: Tom.');
    mara.kick(chat, '@tom');
    await settle();
    expect(await order(mara, '!floor')).toContain('Moderator: the order of the queue, while Tom is not available.');
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
