import { describe, expect, it } from 'vitest';
import { testParley } from '../../fakes/installation.ts';
import { heldReply } from '../../fakes/runtime.ts';
import { group, long, must } from './group.ts';

describe('stopping an answer, and having it made again,', () => {
  it('🛑 stops an answer that is being made again', async () => {
    const { mara, chat, settle, runtime, shown, clock } = await group();
    runtime.answer(() => 'first answer');
    mara.say(chat, '@Ada what?');
    await settle();
    const held = heldReply();
    runtime.answer(held.script);
    mara.react(chat, must(shown()[0]).id, '🔁');
    await settle();
    held.say(long);
    await clock.advance(1000);
    mara.react(chat, must(shown()[0]).id, '🛑');
    await settle();
    expect(held.aborted()).toBe(true);
  });

  it('🔁 works again after a 🔁 whose model failed', async () => {
    const { mara, chat, settle, runtime, shown } = await group();
    runtime.answer(() => 'first answer');
    mara.say(chat, '@Ada what?');
    await settle();
    runtime.answer(() => {
      throw new Error('x');
    });
    mara.react(chat, must(shown()[0]).id, '🔁');
    await settle();
    expect(shown()).toHaveLength(2);
    runtime.answer(() => 'third answer');
    mara.react(chat, must(shown()[0]).id, '🔁');
    await settle();
    expect(must(shown()[0]).text).toBe('third answer');
  });

  it('🔁 works again after a 🔁 that was stopped (via !stop) before its first word', async () => {
    const { mara, chat, settle, runtime, shown } = await group();
    runtime.answer(() => 'first answer');
    mara.say(chat, '@Ada what?');
    await settle();
    const held = heldReply();
    runtime.answer(held.script);
    mara.react(chat, must(shown()[0]).id, '🔁');
    await settle();
    mara.say(chat, '!stop');
    await settle();
    expect(held.aborted()).toBe(true);
    runtime.answer(() => 'third answer');
    mara.react(chat, must(shown()[0]).id, '🔁');
    await settle();
    expect(must(shown()[0]).text).toBe('third answer');
  });

  it('🛑 works while more than fifty wait', async () => {
    const { mara, chat, settle, runtime, shown, clock } = await group();
    const held = heldReply();
    let asked = 0;
    const never = heldReply();
    runtime.answer((request, signal) => (asked++ === 0 ? held : never).script(request, signal));
    for (let i = 0; i < 26; i++) mara.say(chat, `@Ada, @Bruno: question ${i}`);
    await settle();
    held.say(long);
    await clock.advance(1000);
    mara.react(chat, must(shown()[0]).id, '🛑');
    await settle();
    expect(held.aborted()).toBe(true);
  });

  it('!stop works while more than fifty wait', async () => {
    const { mara, chat, settle, runtime } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    for (let i = 0; i < 26; i++) mara.say(chat, `@Ada, @Bruno: question ${i}`);
    await settle();
    mara.say(chat, '!stop');
    await settle();
    expect(held.aborted()).toBe(true);
  });

  it('🛑 pressed on a message that Parley opened just before a crash stops it', async () => {
    const t = await group();
    const held = heldReply();
    t.runtime.answer(held.script);
    t.mara.say(t.chat, '@Ada tell');
    await t.settle();
    t.bridge.network.faults.failNext('send', 1, 'after');
    held.say(long);
    await t.clock.advance(1000);
    await t.crash();
    t.bridge.network.faults.clear();
    t.mara.react(t.chat, must(t.shown()[0]).id, '🛑');
    const second = await testParley({ bridge: t.bridge, store: t.store, clock: t.clock });
    const held2 = heldReply();
    second.runtime.answer(held2.script);
    await second.settle();
    held2.say(long);
    await second.settle();
    expect(second.runtime.requests.length === 0 || held2.aborted()).toBe(true);
  });

  it('a hand-over after 🔁 hangs on what stands in the room', async () => {
    const { mara, chat, settle, runtime, store, shown } = await group();
    const big = `${'word '.repeat(3000)}\n\n${'text '.repeat(3000)}`;
    runtime.answer(() => big);
    mara.say(chat, '@Ada go');
    await settle();
    expect(shown()).toHaveLength(2);
    runtime.answer(r => (r.agent._id === 'ada' ? 'short\n@Bruno you go on' : 'bruno: done'));
    mara.react(chat, must(shown()[0]).id, '🔁');
    await settle();
    const bruno = (await store.collection('turns').find({ limit: 100 })).find(t => t.agent === 'bruno');
    expect(bruno?.trigger).toBe(must(shown()[0]).id);
  });
});
