import { describe, expect, it } from 'vitest';
import { testParley } from '../../fakes/installation.ts';
import { group } from './group.ts';

describe('what was written while Parley was down', () => {
  async function down() {
    const test = await group();
    await test.crash();
    const back = async () => {
      const second = await testParley({ bridge: test.bridge, store: test.store, clock: test.clock });
      await second.settle();
      return second.answers(test.chat).map(answer => answer.text);
    };
    return { ...test, back };
  }

  it('is stopped by a !stop behind it', async () => {
    const { mara, chat, back } = await down();
    mara.say(chat, '@Ada write a novel');
    mara.say(chat, '!stop');
    expect(await back()).toEqual([]);
  });

  it('is stopped by 🛑 on the question', async () => {
    const { mara, chat, back } = await down();
    mara.react(chat, mara.say(chat, '@Ada write a novel'), '🛑');
    expect(await back()).toEqual([]);
  });

  it('is answered as edited', async () => {
    const { mara, chat, back } = await down();
    mara.edit(chat, mara.say(chat, '@Ada write a novel'), '@Ada write a poem');
    expect(await back()).toEqual(['Ada heard: @Ada write a poem']);
  });
});
