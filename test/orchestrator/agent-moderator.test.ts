import { describe, expect, it } from 'vitest';
import { setModerator } from '../../src/core/floor/conduct.ts';
import type { Floor } from '../../src/core/floor/floor.ts';
import { request } from '../../src/core/floor/queue.ts';
import { agentId } from '../../src/core/ids.ts';
import type { PowerSettings } from '../../src/core/power.ts';
import { change } from '../../src/orchestrator/change.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import type { ReplyRequest } from '../../src/ports/agent-runtime.ts';
import { everybodyIs } from '../fakes/access.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { noBudgets, type TestParley, testParley } from '../fakes/installation.ts';
import { callTool, heldReply, lastText, type Script } from '../fakes/runtime.ts';

const clara = agentId('clara');

/** A moderated room whose moderator is Clara; `decide` is her model as a moderator, all others answer `fine`. */
async function debate(decide: Script, given: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley(given);
  const mara = test.bridge.person('mara');
  const tom = test.bridge.person('tom');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom'] });
  await test.settle();
  mara.setPower(chat, { 'level:agent:parley': 100 } as PowerSettings);
  await test.settle();
  await change(test.store.collection('chats'), chat, stored => ({ ...stored, strategy: 'moderated' }));
  const room = { ...around(test, chat), mara, tom };
  await room.act(floor => setModerator(floor, { kind: 'agent', agent: clara }, test.clock.now()));
  room.play(decide);
  return room;
}

function around(test: TestParley, chat: Floor['_id']) {
  const floor = async (): Promise<Floor> => {
    const stored = await test.store.collection('speaker_queues').get(chat);
    if (stored === null) throw new Error('The room has no floor.');
    return stored;
  };
  const act = async (edit: (floor: Floor) => Floor): Promise<void> => {
    await change(test.store.collection('speaker_queues'), chat, edit);
    test.parley.queue.wake(topics.rooms, chat);
    await test.settle();
  };
  const play = (decide: Script): void =>
    test.runtime.answer((asked, signal) => (isDecision(asked) ? decide(asked, signal) : 'fine'));
  const decisions = () => test.runtime.requests.filter(isDecision);
  const texts = () => test.answers(chat).map(({ agent, text }) => `${agent}: ${text}`);
  const thoughts = async () => {
    const turns = await test.store.collection('turns').find({ where: { chat }, limit: 100 });
    return turns.filter(({ thought }) => thought !== undefined);
  };
  return { ...test, chat, floor, act, play, decisions, texts, thoughts };
}

const isDecision = (asked: ReplyRequest): boolean => asked.tools.some(({ name }) => name === 'grant_floor');

/** A model that says something, and grants. */
const granting = (who: string, { reason, words = '' }: { reason?: string; words?: string } = {}): Script =>
  async function* (asked, signal) {
    if (words !== '') yield { type: 'text', text: words };
    await callTool(asked, 'grant_floor', { who, reason }, signal);
    yield { type: 'text', text: 'I have granted it.' };
  };

/** A model that calls the tool, notes what it reads, and then ends. */
function trying(who: string, notes: string[]): Script {
  return async function* (asked, signal) {
    notes.push(await callTool(asked, 'grant_floor', { who }, signal));
    yield { type: 'text', text: '' };
  };
}

describe('an agent as moderator', () => {
  it('grants the floor by its tool, whoever is first in the queue', async () => {
    const { mara, chat, settle, texts, decisions, published } = await debate(granting('agent:bruno'));
    mara.say(chat, '@Ada, @Bruno: what do you say?');
    await settle();
    expect(texts()).toEqual(['bruno: fine', 'ada: fine']);
    expect(decisions()).toHaveLength(2);
    const by = published('SpeakGranted').map(({ data }) => [data.speaker, data.by]);
    expect(by).toEqual([
      ['agent:bruno', 'agent:clara'],
      ['agent:ada', null],
    ]);
  });

  it('reads who waits and why, and what was said', async () => {
    const { mara, chat, settle, decisions } = await debate(granting('agent:ada'));
    mara.say(chat, '@Ada, @Bruno: what do you say?');
    await settle();
    const [asked] = decisions();
    expect(asked?.agent._id).toBe(clara);
    expect(asked?.conversation.at(-2)?.text).toBe('@Ada, @Bruno: what do you say?');
    expect(asked?.conversation.at(-1)?.from).toBe('agent:parley');
    expect(asked && lastText(asked)).toContain(
      '{"id":"agent:ada","name":"Ada","reason":"asked by Mara"}\n{"id":"agent:bruno"',
    );
  });

  it('is heard only with a grant, and gives its reason', async () => {
    const { mara, chat, settle, texts, published, play } = await debate(
      granting('agent:bruno', { reason: 'figures\nfirst', words: 'Bruno, please.' }),
    );
    mara.say(chat, '@Bruno?');
    await settle();
    expect(texts().toSorted()).toEqual(['bruno: fine', 'clara: Bruno, please.']);
    expect(published('SpeakGranted')[0]?.data.reason).toBe('called by Clara: figures first; asked by Mara');
    play(() => 'I would say, Ada is next.');
    mara.say(chat, '@Ada?');
    await settle();
    expect(texts()).toHaveLength(3);
  });

  it('grants to people who raised their hand, too', async () => {
    const { mara, tom, chat, act, clock, settle, floor } = await debate(granting('Tom'));
    await act(now => ({ ...now, held: true }));
    mara.say(chat, '@Ada?');
    await settle();
    const hand = { kind: 'person', person: tom.id, reason: 'asked for the floor', since: clock.now() } as const;
    await act(now => request({ ...now, held: false }, hand));
    expect((await floor()).currentSpeaker).toMatchObject({ person: tom.id });
  });

  it('can call only who waits, and is told who does', async () => {
    const notes: string[] = [];
    const { mara, chat, settle, texts } = await debate(trying('agent:bruno', notes));
    mara.say(chat, '@Ada?');
    await settle();
    expect(notes).toEqual(['Not granted: nobody of that id waits. These do: agent:ada.']);
    expect(texts()).toEqual(['ada: fine']);
  });

  it('calls by name only where the name is no other’s, whatever people call themselves', async () => {
    const notes: string[] = [];
    const { mara, tom, chat, act, clock, settle, floor } = await debate(trying('Bruno', notes));
    await act(now => ({ ...now, held: true }));
    tom.rename(chat, 'Bruno');
    mara.say(chat, '@Ada, @Bruno?');
    await settle();
    const hand = { kind: 'person', person: tom.id, reason: 'asked for the floor', since: clock.now() } as const;
    await act(now => request({ ...now, held: false }, hand));
    expect(notes[0]).toContain('Not granted: nobody of that id waits.');
    expect((await floor()).currentSpeaker).toMatchObject({ person: tom.id });
  });

  it('that is retired is replaced by the rule', async () => {
    const held = heldReply();
    const given = { settings: { access: everybodyIs('admin') } };
    const { mara, chat, settle, texts } = await debate(held.script, given);
    mara.say(chat, '@Ada?');
    await settle();
    mara.say(chat, '!agent retire clara');
    await settle();
    expect(held.aborted()).toBe(true);
    expect(texts()).toContain('ada: fine');
    expect(texts().filter(text => text.includes('does not get to'))).toEqual([]);
  });

  it('grants nothing by the tool of another decision', async () => {
    const held = heldReply();
    const { mara, chat, settle, clock, play, texts, floor } = await debate(held.script);
    mara.say(chat, '@Ada?');
    const first = await held.asked;
    await settle();
    await clock.advance(30_000);
    await settle();
    const second = heldReply();
    play(second.script);
    mara.say(chat, '@Bruno?');
    await second.asked;
    await settle();
    const { signal } = new AbortController();
    expect(await callTool(first, 'grant_floor', { who: 'agent:bruno' }, signal)).toMatch(/^Not granted: this is not/);
    expect((await floor()).currentSpeaker).toBeNull();
    expect(texts()).toEqual(['ada: fine']);
  });

  it('that fails or says nothing leaves it to the rule at once, and the room is told nothing', async () => {
    const { mara, chat, settle, texts, thoughts } = await debate(async function* () {
      yield* [];
      throw new Error('broken');
    });
    mara.say(chat, '@Ada, @Bruno?');
    await settle();
    expect(texts()).toEqual(['ada: fine', 'bruno: fine']);
    expect((await thoughts()).map(({ outcome, state }) => [outcome, state])).toEqual([
      ['failed', 'done'],
      ['failed', 'done'],
    ]);
  });

  it('is named to whoever asks while it decides', async () => {
    const { mara, chat, settle, answers } = await debate(heldReply().script);
    mara.say(chat, '@Ada?');
    await settle();
    mara.say(chat, '!floor');
    await settle();
    expect(answers(chat).at(-1)?.text).toContain('Nobody speaks; Clara decides who is next.');
  });

  it('is stopped when its time is up, and grants nothing afterwards', async () => {
    const held = heldReply();
    const { mara, chat, settle, clock, texts } = await debate(held.script);
    mara.say(chat, '@Ada?');
    const asked = await held.asked;
    await settle();
    await clock.advance(30_000);
    await settle();
    expect(held.aborted()).toBe(true);
    expect(texts()).toEqual(['ada: fine']);
    const late = await callTool(asked, 'grant_floor', { who: 'agent:ada' }, new AbortController().signal);
    expect(late).toBe('Not granted: this is not for you to decide, or is decided already. End now.');
  });

  it('is stopped when somebody else becomes moderator, or nobody waits any more', async () => {
    const held = heldReply();
    const { mara, chat, settle, act, texts, thoughts, floor, clock } = await debate(held.script);
    mara.say(chat, '@Ada?');
    await settle();
    await act(now => setModerator(now, { kind: 'person', person: mara.id }, clock.now()));
    expect(held.aborted()).toBe(true);
    expect((await floor()).deliberation).toBeNull();
    expect(texts()).toEqual([]);
    expect((await thoughts()).map(({ state }) => state)).toEqual(['done']);
    await act(now => setModerator(now, { kind: 'agent', agent: clara }, clock.now()));
    mara.say(chat, '!floor clear');
    await settle();
    expect((await floor()).deliberation).toBeNull();
    expect((await thoughts()).every(({ state }) => state === 'done')).toBe(true);
  });

  it('that leaves the room is replaced by the rule', async () => {
    const held = heldReply();
    const { mara, chat, settle, texts, bridge } = await debate(held.script);
    mara.say(chat, '@Ada?');
    await settle();
    expect(texts()).toEqual([]);
    mara.kick(chat, '@agent-clara');
    await settle();
    expect(bridge).toBeDefined();
    expect(texts()).toEqual(['ada: fine']);
  });

  it('that has no such tool can be no moderator', async () => {
    const without = sampleAgents.map(wish => ({ ...wish, resources: { ...wish.resources, tools: [] } }));
    const { mara, chat, settle, texts, decisions } = await debate(granting('agent:ada'), { wishes: without });
    mara.say(chat, '@Ada?');
    await settle();
    expect(texts()).toEqual(['ada: fine']);
    expect(decisions()).toEqual([]);
  });

  it('has its calls counted, and decides nothing when its budget is spent', async () => {
    const agent = { clara: { tokens: 250, money: null } };
    const given = { settings: { budgets: { ...noBudgets, limits: { ...noBudgets.limits, agent } } } };
    const { mara, chat, settle, texts, decisions, store } = await debate(granting('agent:ada'), given);
    mara.say(chat, '@Ada?');
    await settle();
    const budgets = await store.collection('budgets').find({ limit: 10 });
    expect(budgets.map(({ holder, used }) => [holder.id, used.tokens])).toEqual([[clara, 100]]);
    mara.say(chat, '@Bruno?');
    await settle();
    expect(decisions()).toHaveLength(1);
    expect(texts()).toEqual(['ada: fine', 'bruno: fine']);
  });

  it('that is paused decides about nothing', async () => {
    const given = { settings: { access: everybodyIs('admin') } };
    const { mara, chat, settle, texts, decisions } = await debate(granting('agent:ada'), given);
    mara.say(chat, '!agent pause clara');
    await settle();
    const before = texts().length;
    mara.say(chat, '@Ada?');
    await settle();
    expect(texts().slice(before)).toEqual(['ada: fine']);
    expect(decisions()).toEqual([]);
  });

  it('that is the only one who waits speaks without being asked whether it may', async () => {
    const { mara, chat, settle, texts, decisions } = await debate(granting('agent:clara'));
    mara.say(chat, '@Clara?');
    await settle();
    expect(texts()).toEqual(['clara: fine']);
    expect(decisions()).toEqual([]);
    mara.say(chat, '@Ada, @Clara?');
    await settle();
    expect(texts()).toEqual(['clara: fine', 'clara: fine', 'ada: fine']);
  });

  it('begins nothing while the floor is held, but may end what it has begun', async () => {
    const { mara, chat, settle, texts, decisions } = await debate(granting('agent:ada'));
    mara.say(chat, '!floor hold');
    await settle();
    const before = texts().length;
    mara.say(chat, '@Ada?');
    await settle();
    expect(decisions()).toEqual([]);
    mara.say(chat, '!floor resume');
    await settle();
    expect(texts().slice(before)).toContain('ada: fine');
  });

  it('goes on after a crash with the same decision, and grants once', async () => {
    const held = heldReply();
    const first = await debate(held.script);
    first.mara.say(first.chat, '@Ada, @Bruno?');
    await first.settle();
    const [turn] = await first.thoughts();
    await first.crash();
    const { store, clock, bridge } = first;
    const test = await testParley({ store, clock, bridge });
    const room = around(test, first.chat);
    room.play(granting('agent:bruno'));
    await room.settle();
    expect(room.texts()).toEqual(['bruno: fine', 'ada: fine']);
    const again = (await room.thoughts()).find(({ _id }) => _id === turn?._id);
    expect(again).toMatchObject({ attempts: 2, outcome: 'answered' });
  });
});
