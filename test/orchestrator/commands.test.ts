import { expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';

it('an unknown command is named in the answer, at most forty characters of it', async () => {
  const { bridge, settle, answers } = await testParley();
  const mara = bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await settle();
  mara.say(chat, `!${'x𝒳'.repeat(5000)}`);
  await settle();
  expect(answers(chat).map(({ text }) => text)).toEqual([
    `There is no command \`!${'x𝒳'.repeat(20)}\`. \`!help\` shows what there is.`,
  ]);
});
