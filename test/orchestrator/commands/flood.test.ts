import { expect, it } from 'vitest';
import { everybodyIs } from '../../fakes/access.ts';
import { testParley } from '../../fakes/installation.ts';

async function room() {
  const test = await testParley({ settings: { access: everybodyIs('user', { '@gus': 'guest' }) } });
  const [mara, gus] = [test.bridge.person('mara'), test.bridge.person('gus')];
  const chat = mara.createRoom({ invite: ['@agent-ada', '@parley', '@gus'] });
  await test.settle();
  const told = () => test.answers(chat).map(({ text }) => text);
  return { ...test, mara, gus, chat, told };
}

it('who asks for help again and again is told once that it is too much, and then nothing, until a minute has passed', async () => {
  const { gus, mara, chat, settle, clock, told } = await room();
  for (let times = 0; times < 40; times += 1) gus.say(chat, '!help');
  await settle();
  expect(told()).toHaveLength(31);
  expect(told().at(-1)).toMatch(/^Those were 30 commands within a minute/);
  mara.say(chat, '!who');
  await settle();
  expect(told()).toHaveLength(32);
  await clock.advance(60_000);
  gus.say(chat, '!help');
  await settle();
  expect(told()).toHaveLength(33);
});

it('what stops an answer is heard all the same', async () => {
  const { mara, chat, settle, told } = await room();
  for (let times = 0; times < 40; times += 1) mara.say(chat, '!who');
  await settle();
  const before = told().length;
  mara.say(chat, '!stop');
  await settle();
  expect(told()).toHaveLength(before + 1);
});

it('a command may be given to @parley by name, where other bots listen to the same prefix', async () => {
  const { mara, chat, settle, told, runtime } = await room();
  mara.say(chat, '@parley queue', { mentions: ['@parley'] });
  await settle();
  expect(told()).toHaveLength(1);
  expect(runtime.requests).toEqual([]);
});

it('what is no command in plain words is none behind the name of @parley either', async () => {
  const { mara, chat, settle, told } = await room();
  mara.say(chat, '@Parley who are you?');
  await settle();
  expect(told()).toHaveLength(1);
  expect(told()[0]).toContain('mention one of the agents here');
  mara.say(chat, '@Parley !who are you?');
  await settle();
  expect(told()[1]).toContain('It is written `!who');
});
