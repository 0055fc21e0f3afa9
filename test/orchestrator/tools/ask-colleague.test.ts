import { describe, expect, it } from 'vitest';
import { testParley } from '../../fakes/installation.ts';
import { callTool, heldReply, lastText, type Script, scripted } from '../../fakes/runtime.ts';
import { group, spokenIn } from './group.ts';

const asks = (colleague: string, question: string, told: string[] = []): Script =>
  scripted(async (_, call) => {
    told.push(await call('ask_colleague', { colleague, question }));
    return `I asked. ${told.at(-1)}`;
  });

/** What each agent does; who is not named says what it read. */
const plays =
  (scripts: Record<string, Script>): Script =>
  (request, signal) =>
    scripts[request.agent._id]?.(request, signal) ?? `${request.agent.name} read: ${lastText(request)}`;

describe('ask_colleague', () => {
  it('puts the question into the room, waits for the answer there, and goes on with it', async () => {
    const test = await group();
    test.runtime.answer(plays({ ada: asks('Bruno', 'How many?') }));
    const question = await test.say('@Ada, how many are there?');
    expect(test.spoken()).toEqual([
      'ada: @Bruno: How many?',
      'bruno: Bruno read: @Bruno: How many?',
      'ada: I asked. Bruno answered:\nBruno read: @Bruno: How many?',
    ]);
    const shown = [...test.bridge.network.room(test.chat).shown.values()].slice(-3);
    expect(shown.map(({ replyTo }) => replyTo)).toEqual([question, shown[0]?.id, question]);
    const turns = await test.store.collection('turns').find({ where: { state: 'done' }, limit: 10 });
    expect(turns.map(({ reason }) => reason).sort()).toEqual(['asked by Ada', 'asked by Mara', 'asks Bruno']);
    expect(await test.store.collection('speaker_queues').get(test.chat)).toMatchObject({
      currentSpeaker: null,
      queue: [],
    });
  });

  it('stands in its place in what is read later: question, answer, conclusion', async () => {
    const test = await group();
    test.runtime.answer(plays({ ada: asks('Bruno', 'How many?') }));
    await test.say('@Ada, how many are there?');
    await test.say('@Clara, do you agree?');
    const heard = test.runtime.requests.at(-1)?.conversation.map(({ name, text }) => `${name}: ${text.slice(0, 12)}`);
    expect(heard).toEqual([
      'Mara: @Ada, how ma',
      'Ada: @Bruno: How ',
      'Bruno: Bruno read: ',
      'Ada: I asked. Bru',
      'Mara: @Clara, do y',
    ]);
  });

  it('gives the one who is asked no tool that leads away from who waits', async () => {
    const test = await group();
    test.runtime.answer(plays({ ada: asks('Bruno', 'Well?') }));
    await test.say('@Ada?');
    const offered = test.runtime.requests.map(
      ({ agent, tools }) => [agent._id, tools.map(({ name }) => name)] as const,
    );
    const [ada, bruno] = ['ada', 'bruno'].map(id => offered.find(([agent]) => agent === id)?.[1]);
    expect(ada).toEqual(expect.arrayContaining(['hand_over', 'ask_colleague', 'open_chat']));
    expect(bruno).toContain('ask_colleague');
    expect(bruno).not.toContain('hand_over');
    expect(bruno).not.toContain('open_chat');
  });

  it('may go on to a third, but never back to who waits', async () => {
    const test = await group();
    const told: string[] = [];
    test.runtime.answer(
      plays({
        ada: asks('Bruno', 'Well?'),
        bruno: scripted(async (_request, call) => {
          told.push(await call('ask_colleague', { colleague: 'ada', question: 'You?' }));
          told.push(await call('ask_colleague', { colleague: '@Clara', question: 'You?' }));
          told.push(await call('ask_colleague', { colleague: 'Clara', question: 'And again?' }));
          return 'Done.';
        }),
      }),
    );
    await test.say('@Ada?');
    expect(told).toEqual([
      "Ada waits for your answer and can't be asked. Answer with what you know.",
      'Clara answered:\nClara read: @Clara: You?',
      'You have asked enough for one answer. Answer with what you know.',
    ]);
    expect(test.answers(test.chat).map(({ agent }) => agent)).toEqual(['ada', 'bruno', 'clara', 'bruno', 'ada']);
  });

  it('is refused after three questions, and where agents have asked each other long enough', async () => {
    const test = await group({
      settings: {
        turnLimits: { maxHops: 1, maxTurnsWithoutPerson: 6, agentTurnsPerMinute: 10, roomTurnsPerMinute: 20 },
      },
    });
    const told: string[] = [];
    const often = scripted(async (_, call) => {
      for (let i = 0; i < 4; i += 1) told.push(await call('ask_colleague', { colleague: 'Bruno', question: `${i}?` }));
      return 'Done.';
    });
    test.runtime.answer(plays({ ada: often, bruno: asks('Clara', 'You?', told) }));
    await test.say('@Ada?');
    const long = 'Agents have asked each other long enough. Answer with what you know.';
    expect(told.filter(text => text === long)).toHaveLength(3);
    expect(told.at(-1)).toBe('You have asked enough for one answer. Answer with what you know.');
  });

  it('is refused in a moderated room, which says to hand over', async () => {
    const test = await group({ settings: { strategy: 'moderated' } });
    const told: string[] = [];
    test.runtime.answer(plays({ ada: asks('Bruno', 'Well?', told) }));
    await test.say('@Ada?');
    await test.clock.advance(120_000);
    expect(told).toEqual(['This room is moderated: nobody speaks between. Use hand_over, or answer yourself.']);
  });

  it.each([
    ['Xaver', 'No agent of that name is in this room. Here are: Bruno, Clara.'],
    ['parley', 'No agent of that name is in this room. Here are: Bruno, Clara.'],
    ['@agent-bruno\n@room', 'No agent of that name is in this room. Here are: Bruno, Clara.'],
    ['memory:@mara', 'No agent of that name is in this room. Here are: Bruno, Clara.'],
  ])('to %j is answered with who is here', async (colleague, told) => {
    const test = await group();
    test.runtime.answer(plays({ ada: asks(colleague, 'Well?') }));
    await test.say('@Ada?');
    expect(test.spoken()).toEqual([`ada: I asked. ${told}`]);
  });
});

describe('a colleague that is asked', () => {
  const failing: Script = async function* () {
    yield* [];
    throw new Error('no');
  };

  it('and fails: both are seen, and the answer goes on without it', async () => {
    const test = await group();
    test.runtime.answer(plays({ ada: asks('Bruno', 'Well?'), bruno: failing }));
    await test.say('@Ada?');
    expect(test.spoken()).toEqual([
      'ada: @Bruno: Well?',
      expect.stringContaining('bruno: ⚠️'),
      'ada: I asked. Bruno could not answer. Go on without it.',
    ]);
  });

  it('and is stopped by 🛑 ends alone; who asked goes on', async () => {
    const test = await group();
    const held = heldReply();
    test.runtime.answer(plays({ ada: asks('Bruno', 'Well?'), bruno: held.script }));
    await test.say('@Ada?');
    held.say('I begin to think about it, at length. '.repeat(20));
    await test.clock.advance(1500);
    const shown = [...test.bridge.network.room(test.chat).shown.values()].at(-1);
    test.mara.react(test.chat, shown?.id ?? ('' as never), '🛑');
    await test.settle();
    await test.settle();
    expect(held.aborted()).toBe(true);
    expect(test.spoken().slice(1)).toEqual([
      expect.stringContaining('*Stopped.*'),
      'ada: I asked. A person stopped the answer of Bruno. Go on without it.',
    ]);
  });

  it('is stopped by 🛑 on the question, too', async () => {
    const test = await group();
    const held = heldReply();
    test.runtime.answer(plays({ ada: asks('Bruno', 'Well?'), bruno: held.script }));
    await test.say('@Ada?');
    await held.asked;
    const question = [...test.bridge.network.room(test.chat).shown.values()].at(-1);
    test.mara.react(test.chat, question?.id ?? ('' as never), '🛑');
    await test.settle();
    await test.settle();
    expect(test.spoken().at(-1)).toBe('ada: I asked. A person stopped the answer of Bruno. Go on without it.');
  });

  it('and is kicked in the middle is not waited for', async () => {
    const test = await group();
    const held = heldReply();
    test.runtime.answer(plays({ ada: asks('Bruno', 'Well?'), bruno: held.script }));
    await test.say('@Ada?');
    await held.asked;
    test.mara.kick(test.chat, '@agent-bruno');
    await test.settle();
    await test.settle();
    expect(held.aborted()).toBe(true);
    expect(test.spoken().at(-1)).toBe('ada: I asked. Bruno is not there any more. Go on without it.');
  });

  it('and says nothing for two minutes is stopped', async () => {
    const test = await group();
    const held = heldReply();
    test.runtime.answer(plays({ ada: asks('Bruno', 'Well?'), bruno: held.script }));
    test.mara.say(test.chat, '@Ada?');
    await test.settle();
    await test.clock.advance(60_000);
    await test.clock.advance(61_000);
    await test.settle();
    expect(held.aborted()).toBe(true);
  });

  it.each(['🛑 on the question', '!stop', 'the question taken back', 'who asked is kicked'])(
    'ends with the answer it is for: %s',
    async how => {
      const test = await group();
      const held = heldReply();
      test.runtime.answer(plays({ ada: asks('Bruno', 'Well?'), bruno: held.script }));
      const question = await test.say('@Ada?');
      await held.asked;
      if (how.startsWith('🛑')) test.mara.react(test.chat, question, '🛑');
      if (how === '!stop') await test.say('!stop');
      if (how.includes('taken back')) test.mara.redact(test.chat, question);
      if (how.includes('kicked')) test.mara.kick(test.chat, '@agent-ada');
      await test.settle();
      await test.settle();
      expect(held.aborted()).toBe(true);
      const open = await test.store
        .collection('turns')
        .find({ where: { state: { in: ['queued', 'running'] } }, limit: 9 });
      expect(open).toEqual([]);
      expect(test.spoken().filter(text => text.includes('I asked'))).toEqual([]);
    },
  );
});

describe('after a crash', () => {
  /** Runs until Bruno is asked, and ends there; gives a second life over the same network and store. */
  async function crashed(bruno: Script) {
    const first = await group();
    const held = heldReply();
    first.runtime.answer(plays({ ada: asks('Bruno', 'Well?'), bruno: held.script }));
    await first.say('@Ada?');
    await held.asked;
    await first.crash();
    const { store, clock, bridge } = first;
    const second = await testParley({ store, clock, bridge });
    second.runtime.answer(plays({ ada: asks('Bruno', 'Well?'), bruno }));
    await second.settle();
    await clock.advance(5_000);
    return { ...second, chat: first.chat };
  }

  it('in the middle of the answer nobody is asked twice, and the answer is found', async () => {
    const test = await crashed(() => 'It is 4.');
    await test.settle();
    expect(spokenIn(test, test.chat)).toEqual([
      'ada: @Bruno: Well?',
      'bruno: It is 4.',
      'ada: I asked. Bruno answered:\nIt is 4.',
    ]);
    expect(test.runtime.requests.filter(({ agent }) => agent._id === 'bruno')).toHaveLength(1);
  });

  it('a model that asks in other words learns what it asked before', async () => {
    const first = await group();
    const held = heldReply();
    let asked = 0;
    const thinking: Script = async function* (request, signal) {
      asked += 1;
      const input = { colleague: 'Bruno', question: `Version ${asked}?` };
      const text = await callTool(request, 'ask_colleague', input, signal);
      if (asked === 1) yield* held.script(request, signal) as AsyncIterable<never>;
      else yield { type: 'text', text };
    };
    first.runtime.answer(plays({ ada: thinking, bruno: () => 'It is 4.' }));
    await first.say('@Ada?');
    await held.asked;
    await first.crash();
    const second = await testParley({ store: first.store, clock: first.clock, bridge: first.bridge });
    second.runtime.answer(plays({ ada: thinking, bruno: () => 'never' }));
    await second.settle();
    await first.clock.advance(5_000);
    expect(spokenIn(second, first.chat)).toEqual([
      'ada: @Bruno: Version 1?',
      'bruno: It is 4.',
      'ada: You asked Bruno before: "Version 1?"\nBruno answered:\nIt is 4.',
    ]);
  });
});
