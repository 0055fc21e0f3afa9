import { describe, expect, it } from 'vitest';
import { mostCovered } from '../../src/core/turn.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const long = 'This is a sentence that makes the answer longer. '.repeat(10);

const settings = { mergeWithinMs: 15_000 };

async function dialogue() {
  const test = await testParley({ settings });
  const mara = test.bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await test.settle();
  const read = () => test.runtime.requests.at(-1)?.conversation.map(heard => heard.text);
  const texts = () => test.answers(chat).map(({ text }) => text);
  return { ...test, mara, chat, read, texts };
}

describe('quick messages of one person', () => {
  it('are one turn, whose model reads all of them and is asked to the end once', async () => {
    const { mara, chat, settle, clock, runtime, read, texts } = await dialogue();
    const first = heldReply();
    runtime.answer(first.script);
    mara.say(chat, 'one');
    await settle();
    runtime.answer(() => 'all five');
    for (const text of ['two', 'three', 'four', 'five']) mara.say(chat, text);
    await settle();
    await clock.advance(1000);
    expect(first.aborted()).toBe(true);
    expect(texts()).toEqual(['all five']);
    expect(read()).toEqual(['one', 'two', 'three', 'four', 'five']);
  });

  it('are answered by turns of their own once the first word of the answer is out', async () => {
    const { mara, chat, settle, clock, runtime, texts } = await dialogue();
    const first = heldReply();
    runtime.answer(first.script);
    mara.say(chat, 'one');
    await settle();
    first.say(long);
    await clock.advance(1000);
    runtime.answer(() => 'two as well');
    mara.say(chat, 'two');
    await settle();
    expect(first.aborted()).toBe(false);
    first.end();
    await settle();
    expect(texts()).toEqual([long.trim(), 'two as well']);
  });

  it('are answered each by itself where they are further apart, or come from two people', async () => {
    const { bridge, settle, clock, runtime, answers } = await dialogue();
    const [mara, tom] = [bridge.person('mara'), bridge.person('tom')];
    const chat = mara.createRoom({ invite: ['@agent-ada', '@tom'] });
    await settle();
    const first = heldReply();
    runtime.answer(first.script);
    mara.say(chat, '@Ada one');
    await settle();
    runtime.answer(request => `about ${request.conversation.at(-1)?.text ?? ''}`);
    tom.say(chat, '@Ada and mine?');
    await clock.advance(20_000);
    mara.say(chat, '@Ada two');
    await settle();
    expect(first.aborted()).toBe(false);
    first.say('first');
    first.end();
    await settle();
    expect(answers(chat)).toHaveLength(3);
  });

  it('are answered without the last one when that is taken back', async () => {
    const { mara, chat, settle, clock, runtime, read, texts } = await dialogue();
    const first = heldReply();
    runtime.answer(first.script);
    mara.say(chat, 'one');
    const two = mara.say(chat, 'two');
    await settle();
    runtime.answer(() => 'only one');
    mara.redact(chat, two);
    await settle();
    await clock.advance(1000);
    expect(texts()).toEqual(['only one']);
    expect(read()).toEqual(['one']);
  });

  it('make the model start over when an earlier one of them is edited', async () => {
    const { mara, chat, settle, clock, runtime, read, texts } = await dialogue();
    runtime.answer(heldReply().script);
    const one = mara.say(chat, 'one');
    mara.say(chat, 'two');
    await settle();
    runtime.answer(() => 'both');
    mara.edit(chat, one, 'one, better');
    await settle();
    await clock.advance(1000);
    expect(texts()).toEqual(['both']);
    expect(read()).toEqual(['one, better', 'two']);
  });

  it('keep their place in the queue of a group', async () => {
    const { bridge, settle, runtime, answers } = await dialogue();
    const [mara, tom] = [bridge.person('mara'), bridge.person('tom')];
    const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@tom'] });
    await settle();
    const first = heldReply();
    runtime.answer(first.script);
    tom.say(chat, '@Clara begin');
    await settle();
    runtime.answer(({ agent }) => agent.name);
    mara.say(chat, '@Ada one');
    tom.say(chat, '@Bruno you too');
    mara.say(chat, '@Ada two');
    await settle();
    first.say('Clara');
    first.end();
    await settle();
    expect(answers(chat).map(({ text }) => text)).toEqual(['Clara', 'Ada', 'Bruno']);
  });

  it('have one answer over 200 bursts of five within a second, and none that is stale', async () => {
    const { mara, chat, settle, clock, runtime, texts } = await dialogue();
    runtime.answer(async function* (request) {
      await new Promise<void>(resolve => void clock.after(300, resolve));
      yield { type: 'text', text: request.conversation.at(-1)?.text ?? '' };
    });
    for (let burst = 0; burst < 200; burst += 1) {
      for (let i = 1; i <= 5; i += 1) {
        mara.say(chat, `${burst}.${i}`);
        await clock.advance(200);
      }
      await clock.advance(20_000);
    }
    await settle();
    expect(texts()).toEqual(Array.from({ length: 200 }, (_, burst) => `${burst}.5`));
  });

  it('are all answered when Parley is killed in the middle', async () => {
    const first = await dialogue();
    first.runtime.answer(heldReply().script);
    for (const text of ['one', 'two', 'three']) first.mara.say(first.chat, text);
    await first.settle();
    await first.crash();
    const { bridge, store, clock } = first;
    const second = await testParley({ bridge, store, clock, settings });
    await second.settle();
    expect(second.answers(first.chat).map(({ text }) => text)).toEqual(['Ada heard: three']);
    expect(second.runtime.requests.at(-1)?.conversation.map(heard => heard.text)).toEqual(['one', 'two', 'three']);
  });

  it('are one turn also where Parley was down when they were written, and those that are further apart are not', async () => {
    const first = await dialogue();
    await first.crash();
    const { bridge, store, clock, mara, chat } = first;
    for (const text of ['one', 'two', 'three']) mara.say(chat, text);
    await clock.advance(60_000);
    for (const text of ['four', 'five']) mara.say(chat, text);
    const second = await testParley({ bridge, store, clock, settings });
    await second.settle();
    expect(second.answers(chat).map(({ text }) => text)).toEqual(['Ada heard: three', 'Ada heard: five']);
    expect(second.runtime.requests).toHaveLength(2);
  });

  it('are more turns where they are more than a turn answers, and none of them is forgotten', async () => {
    const first = await dialogue();
    await first.crash();
    const { bridge, store, clock, mara, chat } = first;
    for (let nth = 0; nth < 120; nth++) mara.say(chat, `line ${nth}`);
    const second = await testParley({ bridge, store, clock, settings });
    await second.settle();
    const turns = await store.collection('turns').find({ where: { chat }, limit: 1000 });
    const answered = turns.filter(({ state, stop }) => state === 'done' && stop !== 'newer');
    const counts = answered.map(({ covers = [] }) => covers.length + 1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(Math.max(...counts)).toBeLessThanOrEqual(mostCovered + 1);
  });

  it('have each its own answer where nothing is to be merged, also those of the same millisecond', async () => {
    const test = await testParley({ settings: { mergeWithinMs: 0 } });
    const mara = test.bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await test.settle();
    const first = heldReply();
    test.runtime.answer(first.script);
    mara.say(chat, 'one');
    await test.settle();
    test.runtime.answer(() => 'second');
    mara.say(chat, 'two');
    await test.settle();
    first.say('first');
    first.end();
    await test.settle();
    expect(test.answers(chat).map(({ text }) => text)).toEqual(['first', 'second']);
  });
});
