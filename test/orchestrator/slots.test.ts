import { describe, expect, it } from 'vitest';
import { setModerator } from '../../src/core/floor/conduct.ts';
import type { Floor } from '../../src/core/floor/floor.ts';
import { grant } from '../../src/core/floor/grant.ts';
import { request } from '../../src/core/floor/queue.ts';
import { endSlot } from '../../src/core/floor/slot.ts';
import { agentId } from '../../src/core/ids.ts';
import type { PowerSettings } from '../../src/core/power.ts';
import { change } from '../../src/orchestrator/change.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { countedStore } from '../fakes/counted-store.ts';
import { floorOf } from '../fakes/floor-of.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const long = 'This is a sentence that makes the answer longer. '.repeat(10);

async function group(given: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley(given);
  const mara = test.bridge.person('mara');
  const tom = test.bridge.person('tom');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await test.settle();
  const texts = () => test.answers(chat).map(({ agent, text }) => `${agent}: ${text.replace(long.trim(), '…')}`);
  return { ...test, ...floorOf(test, chat), mara, tom, chat, texts };
}

const byMara = (test: Awaited<ReturnType<typeof group>>) => (floor: Floor) =>
  request(floor, {
    kind: 'person',
    person: test.mara.id,
    reason: 'asked for the floor',
    since: test.clock.now(),
  });

describe("an agent's slot in a group", () => {
  it('cuts the answer at its end, says so, and lets the next one speak', async () => {
    const { mara, chat, runtime, clock, settle, texts } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada, @Bruno: what do you say?');
    await settle();
    held.say(long);
    await clock.advance(119_000);
    runtime.answer(() => 'fine');
    expect(held.aborted()).toBe(false);
    await clock.advance(1_000);
    await settle();
    expect(held.aborted()).toBe(true);
    expect(texts()).toEqual(['ada: …\n\n*Time is up.*', 'bruno: fine']);
  });

  it('tells who asked when it ends before the first word', async () => {
    const { mara, chat, runtime, clock, settle, answers } = await group();
    runtime.answer(heldReply().script);
    mara.say(chat, '@Ada?');
    await settle();
    await clock.advance(120_000);
    await settle();
    expect(answers(chat)).toMatchObject([{ agent: 'ada', notice: true, text: expect.stringContaining('Time was up') }]);
  });

  it('ends at once when it is ended early', async () => {
    const { mara, chat, runtime, clock, settle, act, texts } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada?');
    await settle();
    held.say(long);
    await clock.advance(2_000);
    await act(floor => endSlot(floor, clock.now()));
    expect(texts()).toEqual(['ada: …\n\n*Time is up.*']);
  });

  it('is looked after calmly while what ends it cannot be sent', async () => {
    const counted = countedStore(openMemoryStore({ clock: heldClock() }));
    const { mara, chat, runtime, clock, settle, bridge } = await group({ store: counted.store });
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada?');
    await settle();
    held.say(long);
    await clock.advance(10_000);
    bridge.network.faults.delay(['edit', 'send'], 3_600_000);
    await clock.advance(109_000);
    counted.taken();
    await clock.advance(31_000);
    const { reads } = counted.taken();
    expect(held.aborted()).toBe(true);
    expect(reads).toBeLessThan(1_000);
  });

  it('begins anew after a restart', async () => {
    const { mara, chat, runtime, clock, settle, crash, bridge, store, floor } = await group();
    runtime.answer(heldReply().script);
    mara.say(chat, '@Ada?');
    await settle();
    await crash();
    await clock.advance(300_000);
    const second = await testParley({ bridge, store, clock });
    await second.settle();
    expect(second.answers(chat).map(({ text }) => text)).toEqual(['Ada heard: @Ada?']);
    expect((await floor()).currentSpeaker).toBeNull();
  });

  it('is not there in a private chat', async () => {
    const { mara, runtime, clock, settle, answers } = await group();
    const chat = mara.dm('@agent-ada');
    await settle();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, 'Take your time');
    await settle();
    await clock.advance(600_000);
    held.say('done');
    held.end();
    await settle();
    expect(answers(chat).map(({ text }) => text)).toEqual(['done']);
  });
});

describe('a person who has the floor', () => {
  it('is not interrupted by agents, until their slot is over', async () => {
    const test = await group();
    const { tom, chat, clock, settle, act, texts } = test;
    await act(byMara(test));
    tom.say(chat, '@Ada, are you there?');
    await settle();
    await clock.advance(119_000);
    expect(texts()).toEqual([]);
    await clock.advance(1_000);
    await settle();
    expect(texts()).toEqual(['ada: Ada heard: @Ada, are you there?']);
  });

  it('gives it back with the last message of the slot, or by leaving', async () => {
    const test = await group();
    const { mara, tom, chat, settle, act, texts, floor } = test;
    await act(byMara(test));
    tom.say(chat, '@Ada?');
    for (const text of ['First', 'Second']) mara.say(chat, `@tom ${text}`);
    await settle();
    expect(texts()).toEqual([]);
    mara.say(chat, '@tom Third');
    await settle();
    expect(texts()).toEqual(['ada: Ada heard: @Ada?']);
    await act(byMara(test));
    mara.leave(chat);
    await settle();
    expect((await floor()).currentSpeaker).toBeNull();
  });
});

describe('a moderated room', () => {
  const moderated = async () => {
    const test = await group();
    test.mara.setPower(test.chat, { 'level:agent:parley': 100 } as PowerSettings);
    await test.settle();
    await change(test.store.collection('chats'), test.chat, stored => ({ ...stored, strategy: 'moderated' }));
    return test;
  };

  it('with a person as moderator lets nobody speak without a grant', async () => {
    const { act, mara, tom, chat, clock, settle, texts, floor } = await moderated();
    await act(now => setModerator(now, { kind: 'person', person: mara.id }, clock.now()));
    tom.say(chat, '@Ada?');
    await settle();
    await clock.advance(600_000);
    expect(texts()).toEqual([]);
    const [waiting] = (await floor()).queue;
    await act(now => (waiting?.kind === 'agent' ? grant(now, waiting.turn) : now));
    expect(texts()).toEqual(['ada: Ada heard: @Ada?']);
  });

  it('goes on by the rule when the moderator leaves', async () => {
    const { act, mara, tom, chat, clock, settle, texts } = await moderated();
    await act(now => setModerator(now, { kind: 'person', person: mara.id }, clock.now()));
    tom.say(chat, '@Ada?');
    await settle();
    expect(texts()).toEqual([]);
    mara.leave(chat);
    await settle();
    expect(texts()).toEqual(['ada: Ada heard: @Ada?']);
  });

  it('goes on by the rule when an agent that moderates takes too long', async () => {
    const { act, tom, chat, clock, settle, texts, runtime } = await moderated();
    await act(now => setModerator(now, { kind: 'agent', agent: agentId('bruno') }, clock.now()));
    const slow = heldReply();
    runtime.answer((request, signal) => (request.agent.name === 'Bruno' ? slow.script(request, signal) : 'fine'));
    tom.say(chat, '@Ada?');
    await settle();
    await clock.advance(29_000);
    expect(texts()).toEqual([]);
    await clock.advance(1_000);
    await settle();
    expect(slow.aborted()).toBe(true);
    expect(texts()).toEqual(['ada: fine']);
  });
});
