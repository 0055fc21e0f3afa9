import { describe, expect, it } from 'vitest';
import { setModerator } from '../../src/core/floor/conduct.ts';
import { everybodyIs } from '../fakes/access.ts';
import { sampleAgents } from '../fakes/agents.ts';
import { noBudgets, testParley } from '../fakes/installation.ts';
import { callTool, heldReply } from '../fakes/runtime.ts';
import { around, clara, debate, granting } from './debate.ts';

describe('an agent as moderator, where something comes between', () => {
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
