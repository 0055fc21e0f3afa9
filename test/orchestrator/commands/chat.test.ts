import { describe, expect, it } from 'vitest';
import { type ChatId, chatId } from '../../../src/core/ids.ts';
import { type TestParley, testParley } from '../../fakes/installation.ts';
import { callTool, type Script, scripted } from '../../fakes/runtime.ts';

async function group(given: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley(given);
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await test.settle();
  const say = async (text: string) => {
    const id = mara.say(chat, text);
    await test.settle();
    await test.settle();
    return id;
  };
  return { ...test, mara, chat, say };
}

const others = ({ bridge, chat }: Pick<TestParley, 'bridge'> & { chat: ChatId }) =>
  [...bridge.network.rooms.values()].filter(({ id }) => id !== chat);
const joined = (room: { members: ReadonlyMap<string, string> } | undefined) =>
  [...(room?.members ?? [])].flatMap(([id, state]) => (state === 'joined' ? [id] : [])).sort();
const last = ({ answers, chat }: Pick<TestParley, 'answers'> & { chat: ChatId }) => answers(chat).at(-1)?.text;

describe('!chat', () => {
  it('opens a group with the chosen agents, says why there, and where it is here', async () => {
    const test = await group();
    await test.say('!chat @ada, @bruno and Tom about `the` release');
    const [room] = others(test);
    expect(room?.kind).toBe('group');
    expect(joined(room)).toEqual(['agent:ada', 'agent:bruno', 'agent:parley', 'memory:@mara', 'memory:@tom']);
    expect([room?.name, room?.topic]).toEqual(['`the` release', '`the` release']);
    expect(test.answers(room?.id ?? ('' as ChatId))[0]).toEqual({
      agent: 'parley',
      notice: false,
      text: "**Mara** opened this chat with Ada, Bruno. It is about: `'the' release`",
    });
    expect(last(test)).toMatch(
      /^Your chat with Ada, Bruno is here: \[.*\]\(memory:\/\/rooms\/!\d+\)\. You are invited\.$/,
    );
    const stored = await test.store.collection('chats').get(room?.id ?? ('' as ChatId));
    expect(stored?.accessRights).toEqual({ 'memory:@mara': 'owner' });
  });

  it('opens a direct chat with one agent, who answers there', async () => {
    const test = await group();
    await test.say('!chat Clara');
    const [room] = others(test);
    expect([room?.kind, joined(room)]).toEqual(['private', ['agent:clara', 'memory:@mara']]);
    test.mara.say(room?.id ?? ('' as ChatId), 'Hello');
    await test.settle();
    expect(test.answers(room?.id ?? ('' as ChatId)).at(-1)?.text).toBe('Clara heard: Hello');
  });

  it.each([
    ['!chat', 'wish'],
    ['!chat about nothing', 'Name an agent'],
    ['!chat @tom', 'Name an agent'],
    ['!chat @xaver about it', 'is nobody'],
    ['!chat memory:!1 about it', 'is nobody'],
    [`!chat @ada ${'@ada '.repeat(500)}`, 'too many names'],
    ['!chat @ada <b>@everyone</b>', 'is nobody'],
  ])('%j is answered plainly', async (text, answer) => {
    const test = await group();
    await test.say(text);
    expect(last(test)).toContain(answer);
    expect(others(test).length).toBeLessThan(2);
  });

  it('is refused to who may not invite, and after five within an hour', async () => {
    const test = await group();
    for (let count = 1; count <= 6; count += 1) await test.say(`!chat @ada about number ${count}`);
    expect(others(test)).toHaveLength(5);
    expect(last(test)).toContain('too many chats within an hour');
    await test.clock.advance(3_600_000);
    await test.say('!chat @ada about one more');
    expect(others(test)).toHaveLength(6);
    const { access: rules } = test.parley.settings;
    const access = { ...rules, needs: { ...rules.needs, invite: 'admin' as const } };
    const refused = await group({ settings: { access } });
    await refused.say('!chat @ada about it');
    expect(others(refused)).toEqual([]);
  });

  it('opens one chat however often it is carried out', async () => {
    const test = await group();
    test.bridge.network.faults.failNext('send', 1, 'before');
    test.mara.say(test.chat, '!chat @ada @bruno about it');
    await test.settle();
    await test.crash();
    const again = await testParley({ store: test.store, clock: test.clock, bridge: test.bridge });
    await again.settle();
    await test.clock.advance(60_000);
    expect(others(test)).toHaveLength(1);
    expect(last({ ...again, chat: test.chat })).toContain('You are invited');
  });
});

describe('open_chat', () => {
  const opens = (members: readonly string[], about = 'The `release`.\nAll of it.'): Script =>
    scripted((_, call) => call('open_chat', { members, about }));

  it('opens a chat for the person who asked, with the agent and the others', async () => {
    const test = await group();
    test.runtime.answer(opens(['Bruno']));
    await test.say('@Ada, open a room with Bruno for us');
    const [room] = others(test);
    expect(joined(room)).toEqual(['agent:ada', 'agent:bruno', 'agent:parley', 'memory:@mara']);
    expect(test.answers(room?.id ?? ('' as ChatId))[0]?.text).toBe(
      "**Ada** opened, for **Mara**, this chat with Ada, Bruno. It is about: `The 'release'. All of it.`",
    );
    expect(last(test)).toMatch(/^Opened, and all are invited\. The link: \[.*\]\(memory:/);
  });

  it('with nobody named is a direct chat, also when another agent handed over', async () => {
    const test = await group();
    test.runtime.answer((request, signal) =>
      request.agent._id === 'ada' ? '@Bruno: open one.' : opens([])(request, signal),
    );
    await test.say('@Ada?');
    const [room] = others(test);
    expect([room?.kind, joined(room)]).toEqual(['private', ['agent:bruno', 'memory:@mara']]);
  });

  it.each([
    [['@parley'], 'Opened'],
    [['Xaver'], 'nobody who can be invited'],
    [['Tom Ada'], 'nobody who can be invited'],
    [['memory:@eve'], 'nobody who can be invited'],
    [[chatId('memory' as never, '!1')], 'nobody who can be invited'],
    [['# [x](javascript:1)\n@room'], 'nobody who can be invited'],
  ])('with %j: %s', async (members, told) => {
    const test = await group();
    test.runtime.answer(opens(members));
    await test.say('@Ada?');
    expect(last(test)).toContain(told);
  });

  it('is bounded for each agent and hour, and decided by the rights of the person', async () => {
    const test = await group();
    const told: string[] = [];
    test.runtime.answer(
      scripted(async (_, call) => {
        for (let i = 0; i < 7; i += 1) told.push(await call('open_chat', { members: [], about: `${i}` }));
        return 'Done.';
      }),
    );
    await test.say('@Ada?');
    expect(others(test)).toHaveLength(5);
    expect(told.slice(5)).toEqual(Array(2).fill(expect.stringContaining('too many chats')));
    const access = {
      ...test.parley.settings.access,
      needs: { ...test.parley.settings.access.needs, invite: 'admin' as const },
    };
    const strict = await group({ settings: { access } });
    strict.runtime.answer(opens([]));
    await strict.say('@Ada?');
    expect(others(strict)).toEqual([]);
  });

  it('after a crash in the middle of the answer the same chat is found', async () => {
    const test = await group();
    const hangs: Script = async function* (request, signal) {
      yield* [];
      await callTool(request, 'open_chat', { members: [], about: 'it' }, signal);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    test.runtime.answer(hangs);
    await test.say('@Ada?');
    await test.crash();
    const again = await testParley({ store: test.store, clock: test.clock, bridge: test.bridge });
    again.runtime.answer(opens([], 'it'));
    await again.settle();
    expect(others(test)).toHaveLength(1);
    expect(again.answers(test.chat).at(-1)?.text).toContain('Opened');
    expect(again.answers(others(test)[0]?.id ?? test.chat)).toHaveLength(1);
  });

  it('is offered in a direct chat, too', async () => {
    const test = await testParley();
    const mara = test.bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await test.settle();
    mara.say(chat, 'Hello');
    await test.settle();
    expect(test.runtime.requests[0]?.tools.map(({ name }) => name)).toContain('open_chat');
  });
});
