import { afterEach, describe, expect, it } from 'vitest';
import type { Chat } from '../../src/core/chat.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { agentId, agentMember, type ChatId, type MemberId } from '../../src/core/ids.ts';
import { levelSetting, type PowerSettings, type RoomPower } from '../../src/core/power.ts';
import { change } from '../../src/orchestrator/change.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const [ada, bruno, parley] = ['ada', 'bruno', 'parley'].map(name => agentMember(agentId(name))) as [
  MemberId,
  MemberId,
  MemberId,
];
const refused = { code: 'BRIDGE_FORBIDDEN' };
const worlds: TestParley[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.crash();
});

type Given = Parameters<typeof testParley>[0] & { readonly level?: number };

async function room({ level = 100, ...given }: Given = {}) {
  const test = await testParley(given);
  worlds.push(test);
  const { bridge, settle } = test;
  const [mara, tom] = [bridge.person('mara'), bridge.person('tom')];
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await settle();
  if (level !== 0) mara.setPower(chat, { [levelSetting(parley)]: level });
  await settle();
  const power = (): RoomPower => bridge.network.room(chat).power;
  /** How often the levels were changed, and by whom. */
  const changes = () =>
    bridge.network
      .room(chat)
      .events.filter(event => event.messageType === 'room' && event.power)
      .map(({ from }) => from);
  const stored = async (): Promise<Chat> => {
    const found = await test.store.collection('chats').get(chat);
    if (found === null) throw new Error('no such chat');
    return found;
  };
  return { ...test, mara, tom, chat, power, changes, stored };
}

/** What the command does. */
async function moderate({ store, parley, settle }: TestParley, chat: ChatId, strategy: string | null): Promise<void> {
  await change(store.collection('chats'), chat, stored => ({ ...stored, strategy }));
  parley.queue.wake(topics.rooms, chat);
  await settle();
}

async function moderated(given: Given = {}) {
  const test = await room(given);
  await moderate(test, test.chat, 'moderated');
  test.mara.say(test.chat, '@tom We begin.');
  await test.settle();
  return test;
}

describe('a moderated room', () => {
  it('lets nobody but the holder and its moderators write, says the network; everybody may react', async () => {
    const test = await moderated();
    const { mara, tom, chat, settle, runtime, power } = test;
    expect(power()).toMatchObject({ sendLevel: 10, kinds: { reaction: 0, retraction: 0 } });
    expect(() => tom.say(chat, 'Me!')).toThrow(/may not send/);
    const held = heldReply();
    runtime.answer(held.script);
    const question = mara.say(chat, '@Ada?');
    await settle();
    expect(power().levels).toMatchObject({ [ada]: 10 });
    tom.redact(chat, tom.react(chat, question, '✋'));
    held.say('Yes.');
    held.end();
    await settle();
    expect(power().levels).not.toHaveProperty(ada);
    expect(test.answers(chat).at(-1)).toMatchObject({ agent: 'ada', text: 'Yes.' });
  });

  it('goes from one holder to the next in one change', async () => {
    const { mara, chat, settle, changes, answers, power } = await moderated();
    const before = changes().length;
    mara.say(chat, '@Ada, @Bruno: what do you say?');
    await settle();
    expect(
      answers(chat)
        .slice(-2)
        .map(({ agent }) => agent),
    ).toEqual(['ada', 'bruno']);
    expect(changes().slice(before)).toEqual([parley, parley, parley]);
    expect(power().levels).toEqual({ [mara.id]: 100, [parley]: 100 });
  });

  it('refuses an agent that speaks out of turn', async () => {
    const { bridge, chat } = await moderated();
    const mark = { turn: 't', part: 0, state: 'complete', trigger: null } as const;
    const body = { kind: 'markdown', text: 'But I', notice: false } as const;
    const given = {
      chat,
      as: agentId('bruno'),
      deliveryId: 'x',
      body,
      thread: null,
      replyTo: null,
      people: null,
      mark,
    };
    await expect(bridge.send(given)).rejects.toMatchObject(refused);
  });

  it('is as it was when moderation ends, but for what others have changed', async () => {
    const test = await moderated();
    test.mara.setPower(test.chat, { [levelSetting(test.tom.id)]: 5, 'kind:reaction': 3 } as PowerSettings);
    await test.settle();
    await moderate(test, test.chat, null);
    expect(test.power()).toMatchObject({ sendLevel: 0, kinds: { reaction: 3 } });
    expect(test.power().levels).toEqual({ [test.mara.id]: 100, [parley]: 100, [test.tom.id]: 5 });
    test.tom.say(test.chat, 'At last.');
    await test.clock.advance(10_000);
    test.mara.say(test.chat, 'Well.');
    await test.settle();
    expect((await test.stored()).enforcement).toBeNull();
  });

  it('is left to whoever opens it for all', async () => {
    const { mara, tom, chat, settle, power, clock } = await moderated();
    await clock.advance(10_000);
    mara.setPower(chat, { send: 0 });
    await settle();
    tom.say(chat, '@Ada, @Bruno?');
    await settle();
    expect(power()).toMatchObject({ sendLevel: 0, kinds: {}, levels: { [mara.id]: 100, [parley]: 100 } });
  });
});

describe('without the power', () => {
  it('says once which it needs and how to give it, moderates softly, and enforces as soon as it is given', async () => {
    const { mara, tom, chat, settle, answers, power } = await moderated({ level: 0 });
    tom.say(chat, '@Ada?');
    await settle();
    mara.say(chat, '@Bruno?');
    await settle();
    const notices = answers(chat).filter(({ agent }) => agent === 'parley');
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({
      notice: true,
      text: expect.stringMatching(/\*\*100\*\* here, and I have 0.*Admin/s),
    });
    expect(answers(chat).map(({ agent }) => agent)).toEqual(expect.arrayContaining(['ada', 'bruno']));
    expect(power().sendLevel).toBe(0);
    mara.setPower(chat, { [levelSetting(parley)]: 100 });
    await settle();
    expect(power().sendLevel).toBe(10);
    expect(() => tom.say(chat, 'Me!')).toThrow(/may not send/);
  });

  it('to take back what was given says so, and does it when it can again', async () => {
    const test = await moderated();
    const { mara, chat, settle, answers, power } = test;
    mara.setPower(chat, { [levelSetting(parley)]: 50 });
    await settle();
    await moderate(test, chat, null);
    expect(power().sendLevel).toBe(10);
    expect(answers(chat).at(-1)?.text).toContain('not moderated any more');
    mara.setPower(chat, { [levelSetting(parley)]: 100 });
    await settle();
    expect(power()).toMatchObject({ sendLevel: 0, kinds: {} });
  });

  it('uses another agent that has it, and lets the orchestrator answer all the same', async () => {
    const test = await room({ level: 0 });
    test.mara.setPower(test.chat, { [levelSetting(bruno)]: 100 });
    await moderate(test, test.chat, 'moderated');
    test.mara.say(test.chat, '!help');
    await test.settle();
    expect(test.power().levels).toMatchObject({ [bruno]: 100, [parley]: 10 });
    expect(test.answers(test.chat).at(-1)).toMatchObject({ agent: 'parley' });
  });
});

describe('when something goes wrong', () => {
  it('loses no turn to a homeserver that is away longer than a slot', async () => {
    const { bridge, mara, chat, settle, clock, answers, power } = await moderated();
    bridge.network.faults.failNext(['power', 'changePower'], 1000, 'before');
    mara.say(chat, '@Ada?');
    await settle();
    expect(answers(chat).filter(({ agent }) => agent === 'ada')).toEqual([]);
    await clock.advance(300_000);
    bridge.network.faults.clear();
    await clock.advance(70_000);
    await settle();
    expect(
      answers(chat)
        .filter(({ agent }) => agent === 'ada')
        .map(({ text }) => text),
    ).toEqual(['Ada heard: @Ada?']);
    expect(power().levels).not.toHaveProperty(ada);
  });

  for (const when of ['before', 'after'] as const) {
    it(`puts the room right after a crash while the levels were changed (${when})`, async () => {
      const { bridge, mara, chat, settle, clock, store, crash } = await moderated();
      bridge.network.faults.failNext('changePower', 1, when);
      mara.say(chat, '@Ada, @Bruno?');
      await settle();
      await crash();
      const second = await testParley({ bridge, store, clock });
      worlds.push(second);
      await second.settle();
      expect(
        second
          .answers(chat)
          .map(({ agent }) => agent)
          .slice(-2),
      ).toEqual(['ada', 'bruno']);
      const { power } = bridge.network.room(chat);
      expect(power).toMatchObject({ sendLevel: 10, levels: { [mara.id]: 100, [parley]: 100 } });
      expect(Object.keys(power.levels)).toHaveLength(2);
    });
  }

  it('tells that the levels were changed, though the answer of the network was lost', async () => {
    const test = await room();
    test.bridge.network.faults.failNext('changePower', 1, 'after');
    await moderate(test, test.chat, 'moderated');
    test.mara.say(test.chat, '@tom We begin.');
    await test.clock.advance(10_000);
    expect(test.changes()).toHaveLength(2);
    expect(test.published('PowerChanged').map(({ data }) => data)).toMatchObject([
      { chat: test.chat, by: 'parley', sendLevel: 10 },
    ]);
  });

  it('is put back also where nobody may look as moderation ends', async () => {
    const test = await moderated();
    const no = () => new ParleyError('BRIDGE_FORBIDDEN', 'You are not here. Ask to be invited.');
    test.bridge.network.faults.failNext('power', 1, 'before', no);
    await moderate(test, test.chat, null);
    expect(test.power().sendLevel).toBe(10);
    await test.clock.advance(10_000);
    test.parley.queue.wake(topics.rooms, test.chat);
    await test.settle();
    expect(test.power().sendLevel).toBe(0);
  });

  it('is not told of a change that was never made', async () => {
    const test = await room();
    test.bridge.network.faults.failNext('changePower', 1_000, 'before');
    await moderate(test, test.chat, 'moderated');
    await change(test.store.collection('chats'), test.chat, stored => ({ ...stored, strategy: null }));
    test.bridge.network.faults.clear();
    await test.clock.advance(60_000);
    await test.settle();
    expect([test.published('PowerChanged'), test.power().sendLevel]).toEqual([[], 0]);
  });

  it('asks nothing of the network where a room is not moderated', async () => {
    const { bridge, mara, chat, settle, answers } = await room();
    bridge.network.faults.failNext(['power', 'changePower'], 100, 'before', () => new Error('asked'));
    mara.say(chat, '@Ada, @Bruno?');
    await settle();
    expect(answers(chat)).toHaveLength(2);
  });
});

describe('who leads a room', () => {
  it('follows from the levels, also as they change', async () => {
    const { mara, tom, chat, settle, stored } = await room();
    expect((await stored()).accessRights).toEqual({ [mara.id]: 'admin' });
    mara.setPower(chat, { [levelSetting(tom.id)]: 50 });
    await settle();
    expect((await stored()).accessRights).toEqual({ [mara.id]: 'admin', [tom.id]: 'admin' });
    mara.setPower(chat, { [levelSetting(tom.id)]: 0 });
    await settle();
    expect((await stored()).accessRights).toEqual({ [mara.id]: 'admin' });
  });

  it('and by what Parley gave, which no change of levels takes away', async () => {
    const { mara, tom, chat, settle, stored, store } = await room();
    await store.collection('chats').replace({ ...(await stored()), givenRights: { [tom.id]: 'owner' } });
    mara.setPower(chat, { [levelSetting(tom.id)]: 50 });
    mara.setPower(chat, { [levelSetting(tom.id)]: 0 });
    await settle();
    expect((await stored()).accessRights).toEqual({ [mara.id]: 'admin', [tom.id]: 'owner' });
  });
});
