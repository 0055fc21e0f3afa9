import { describe, expect, it } from 'vitest';
import { agentOf, type ChatId, type MemberId } from '../../src/core/ids.ts';
import { isSaid } from '../../src/core/message.ts';
import { manyAgents } from '../fakes/agents.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';

const minute = 60_000;

/** To everything that anybody but a bot says in the room each of these answers, by default 100 ms later and by repeating it. */
function echo(
  { bridge, clock }: TestParley,
  bots: ReadonlySet<MemberId>,
  answer = (text: string) => text,
  delay = () => 100,
): void {
  const { happen } = bridge.network;
  Object.assign(bridge.network, {
    happen: (...given: Parameters<typeof happen>) => {
      const [room, from, what] = given;
      const id = happen(...given);
      if (isSaid(what) && !bots.has(from)) {
        for (const bot of bots)
          clock.after(delay(), () => void happen(room, bot, { ...what, text: answer(what.text), replyTo: null }));
      }
      return id;
    },
  });
}

/** A room with Mara, fifty agents that answer everything and call everybody, and five bots that repeat everything. */
async function crowd(kind: 'bot' | 'person', answer?: (text: string) => string, delay?: () => number) {
  const agents = manyAgents(50);
  const test = await testParley({ wishes: agents });
  const { bridge, runtime, clock, settle } = test;
  const calls = agents.map(agent => `@${agent.name} what do you say to that?`);
  runtime.answer(({ agent }) => `${agent.name} thinks so number ${runtime.requests.length}.\n${calls.join('\n')}`);
  const mara = bridge.person('mara');
  const invite = ['@parley', ...agents.filter(({ role }) => role === 'agent').map(({ _id }) => `@agent-${_id}`)];
  const chat = mara.createRoom({ invite });
  const bots = Array.from({ length: 5 }, (_, n) => bridge[kind](`echo${n}`));
  for (const bot of bots) bot.join(chat);
  await settle();
  echo(test, new Set(bots.map(bot => bot.id)), answer, delay);
  const spoken = (): number => turnsIn(test, chat);
  return { ...test, mara, chat, spoken, wait: async (ms: number) => advance(clock, ms) };
}

/** What agents have said, without notices. */
const turnsIn = ({ answers }: TestParley, chat: ChatId): number => answers(chat).filter(({ notice }) => !notice).length;

async function advance(clock: TestParley['clock'], ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) await clock.advance(1_000);
}

describe.each(['bot', 'person'] as const)('fifty agents and five echo bots that show as a %s', kind => {
  it.each(['Hello everybody', '@Agent1 what do you think about it?', 'hi'])(
    'are silent soon after one message of a person, and the next one is answered at once: %s',
    async text => {
      const { mara, chat, spoken, wait, settle, answers, store } = await crowd(kind);
      mara.say(chat, text);
      await wait(2 * minute);
      const first = spoken();
      expect(first).toBeGreaterThanOrEqual(1);
      expect(first).toBeLessThanOrEqual(20);
      await wait(10 * minute);
      expect(spoken()).toBe(first);
      expect(answers(chat).filter(({ notice }) => notice).length).toBeLessThanOrEqual(1);
      expect(await store.collection('speaker_queues').get(chat)).toMatchObject({ currentSpeaker: null, queue: [] });
      mara.say(chat, '@Agent7 are you still there?');
      await settle();
      expect(answers(chat).filter(({ notice }) => !notice)[first]).toMatchObject({ agent: 'agent7' });
      await wait(2 * minute);
      expect(spoken() - first).toBeLessThanOrEqual(20);
    },
  );

  it('do not keep a person waiting who speaks in the middle of it', async () => {
    const { mara, chat, wait, settle, answers } = await crowd(kind);
    mara.say(chat, 'Hello everybody');
    await settle();
    const before = answers(chat).length;
    mara.say(chat, '@Agent9 and you?');
    await wait(1_000);
    expect(
      answers(chat)
        .slice(before)
        .map(({ agent }) => agent),
    ).toContain('agent9');
  });
});

let count = 0;
const inOtherWords = (text: string): string => {
  count += 1;
  return `Answer ${count} by chance ${(count * 7919) % 997}: ${text.match(/@Agent\d+/g)?.join(' ') ?? 'well'}`;
};

it.each([
  ['add a word', (text: string) => `Indeed: ${text}`],
  ['call everybody in words of their own', inOtherWords],
  ['take a moment more or less for it', inOtherWords, () => 100 + ((count * 7919) % 1_300)],
  ['talk without calling anybody', () => inOtherWords('')],
] as [string, (text: string) => string, (() => number)?][])(
  'bots that show as people are found out when they %s',
  async (_what, answer, delay) => {
    const { mara, chat, spoken, wait, store } = await crowd('person', answer, delay);
    mara.say(chat, 'Hello everybody, how are you on this fine day?');
    await wait(5 * minute);
    const first = spoken();
    await wait(10 * minute);
    expect(spoken()).toBe(first);
    expect(first).toBeLessThanOrEqual(20);
    expect(await store.collection('speaker_queues').get(chat)).toMatchObject({ currentSpeaker: null, queue: [] });
  },
);

it('two agents that say the same to each other are stopped with one notice', async () => {
  const { bridge, runtime, settle, answers, clock } = await testParley();
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await settle();
  const other = (name: string): string => (name === 'Ada' ? 'Bruno' : 'Ada');
  runtime.answer(({ agent }) => `@${other(agent.name)} after you, please, I insist on it`);
  for (const text of ['@Ada, who goes first?', '@Bruno, who goes first?']) {
    mara.say(chat, text);
    await settle();
    await clock.advance(5_000);
  }
  expect(answers(chat).map(({ agent, notice }) => `${agent}${notice ? ' tells' : ''}`)).toEqual([
    'ada',
    'bruno',
    'parley tells',
    'bruno',
  ]);
  expect(answers(chat)[2]?.text).toContain('repeat each other');
});

it('a bot is answered when it calls an agent, and its message says how far it is from a person', async () => {
  const { bridge, settle, answers, store } = await testParley();
  const mara = bridge.person('mara');
  const robot = bridge.bot('robot');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley'] });
  robot.join(chat);
  await settle();
  robot.say(chat, 'The build is broken.');
  await settle();
  expect(answers(chat)).toEqual([]);
  const called = robot.say(chat, '@Ada, the build is broken.');
  await settle();
  expect(answers(chat)).toMatchObject([{ agent: 'ada' }]);
  expect(await store.collection('messages').get(called)).toMatchObject({ hop: 1 });
  expect(agentOf(robot.id)).toBeNull();
});

it('a bot that the configuration names has no commands', async () => {
  const floor = { slot: { seconds: 120, messages: 3 }, moderatorMs: 30_000, bots: ['@*bot'], findBots: true };
  const { bridge, settle, answers } = await testParley({ settings: { floor } });
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@parley', '@weatherbot'] });
  await settle();
  bridge.person('weatherbot').say(chat, '!help');
  await settle();
  expect(answers(chat)).toEqual([]);
});
