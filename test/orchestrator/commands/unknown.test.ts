import { describe, expect, it } from 'vitest';
import { testParley } from '../../fakes/installation.ts';

it('an unknown command is named in the answer, at most forty characters of it', async () => {
  const { bridge, settle, answers } = await testParley();
  const mara = bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await settle();
  mara.say(chat, `!${'x𝒳'.repeat(5000)}`);
  await settle();
  expect(answers(chat).map(({ text }) => text)).toEqual([
    `There is no command \`!${'x𝒳'.repeat(19)}x…\`. \`!help\` shows what there is.`,
  ]);
});

describe('a word behind ! that is no command, in a group', () => {
  async function group() {
    const test = await testParley();
    const mara = test.bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@parley', '@tom'] });
    await test.settle();
    return async (text: string, mentions: readonly string[] = []) => {
      mara.say(chat, text, { mentions });
      await test.settle();
      return test.answers(chat);
    };
  }

  it('is left to other bots, and no agent answers it either', async () => {
    const say = await group();
    expect(await say('!weather Berlin')).toEqual([]);
    for (const word of ['roll 2d6', 'skip', 'loop', 'shop', 'drop', 'top', 'hello', 'events', 'play'])
      expect(await say(`!${word}`)).toEqual([]);
  });

  it('is answered where it is nearly one of ours', async () => {
    const say = await group();
    expect(await say('!agnts')).toMatchObject([{ text: expect.stringContaining('Did you mean `!agents`') }]);
    expect(await (await group())('!hlep')).toMatchObject([{ text: expect.stringContaining('Did you mean `!help`') }]);
    expect(await (await group())('!flor')).toMatchObject([{ text: expect.stringContaining('Did you mean `!floor`') }]);
    expect(await (await group())('!agent')).toMatchObject([
      {
        agent: 'parley',
        text: expect.stringMatching(
          /^`!agent` goes on with a second word: `!agent list`, .+ `!help agent` tells more\.$/,
        ),
      },
    ]);
  });

  it.each([
    ['!weather @parley', []],
    ['!weather for Ada', ['@agent-ada']],
  ])('is answered where it calls one of ours: %s', async (text, mentions) => {
    const say = await group();
    expect(await say(text, mentions)).toMatchObject([{ agent: 'parley', notice: true }]);
  });
});

it('!help of a wrong name names what may have been meant', async () => {
  const { bridge, settle, answers } = await testParley();
  const mara = bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await settle();
  mara.say(chat, '!help flor');
  await settle();
  expect(answers(chat)[0]?.text).toBe(
    'There is no command `!flor`. Did you mean `!floor`? `!help` shows what there is.',
  );
});
