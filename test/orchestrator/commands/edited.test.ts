import { expect, it } from 'vitest';
import { testParley } from '../../fakes/installation.ts';
import { heldReply } from '../../fakes/runtime.ts';

async function dialogue() {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await test.settle();
  return { ...test, mara, chat, told: () => test.answers(chat).map(({ text }) => text) };
}

it('a command that is edited is not carried out again, nor answered by an agent', async () => {
  const { mara, chat, settle, runtime, told } = await dialogue();
  const held = heldReply();
  runtime.answer(held.script);
  const stop = mara.say(chat, '!stop');
  mara.say(chat, 'Tell me a story');
  await settle();
  for (const text of ['!stop ', '!stop now', 'stop it', '!who']) mara.edit(chat, stop, text);
  await settle();
  expect(held.aborted()).toBe(false);
  held.say('Once.');
  held.end();
  await settle();
  expect(told()).toEqual(['Nobody is speaking here.', 'Once.']);
  expect(runtime.requests).toHaveLength(1);
});

it('a message that is edited into a command is taken back if nobody has begun to answer it, and not carried out', async () => {
  const { mara, chat, settle, runtime, told } = await dialogue();
  const held = heldReply();
  runtime.answer(held.script);
  const question = mara.say(chat, 'who are you?');
  await settle();
  mara.edit(chat, question, '!who');
  await settle();
  expect(held.aborted()).toBe(true);
  expect(told()).toEqual([]);
  mara.edit(chat, question, 'who are you now?');
  await settle();
  expect(told()).toEqual([]);
});

it('an edit of somebody else’s message changes no command', async () => {
  const { mara, chat, settle, bridge, told } = await dialogue();
  mara.invite(chat, '@eve');
  await settle();
  const said = mara.say(chat, '@eve hello');
  await settle();
  bridge.person('eve').edit(chat, said, '!who');
  await settle();
  expect(told()).toEqual([]);
});
