import { describe, expect, it } from 'vitest';
import { testParley } from '../../fakes/installation.ts';
import { heldReply } from '../../fakes/runtime.ts';
import { group, long } from './group.ts';

describe('what was taken back', () => {
  it('a redacted question takes back the answer that was opened just before a crash', async () => {
    const t = await group();
    const held = heldReply();
    t.runtime.answer(held.script);
    const m = t.mara.say(t.chat, '@Ada secret');
    await t.settle();
    t.bridge.network.faults.failNext('send', 1, 'after');
    held.say(long);
    await t.clock.advance(1000);
    expect(t.answers(t.chat)).toHaveLength(1);
    await t.crash();
    t.bridge.network.faults.clear();
    t.mara.redact(t.chat, m);
    const second = await testParley({ bridge: t.bridge, store: t.store, clock: t.clock });
    await second.settle();
    expect(second.answers(t.chat)).toEqual([]);
  });

  it('a redacted question whose answer is on its way out is not answered', async () => {
    const { mara, chat, settle, runtime, bridge, answers, clock } = await group();
    runtime.answer(() => 'about the secret');
    bridge.network.faults.failNext('send', 1, 'before');
    const m = mara.say(chat, '@Ada secret');
    await settle();
    mara.redact(chat, m);
    await settle();
    await clock.advance(60_000);
    expect(answers(chat)).toEqual([]);
  });

  it('a redacted question takes back an answer that went out without Parley hearing of it', async () => {
    const { mara, chat, settle, runtime, bridge, answers, clock } = await group();
    runtime.answer(() => 'about the secret');
    bridge.network.faults.failNext('send', 1, 'after');
    const m = mara.say(chat, '@Ada secret');
    await settle();
    expect(answers(chat)).toHaveLength(1);
    mara.redact(chat, m);
    await settle();
    await clock.advance(60_000);
    expect(answers(chat)).toEqual([]);
  });

  it('what was taken back is not read by agents any more', async () => {
    const { mara, chat, settle, runtime, clock } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    const m = mara.say(chat, '@Ada my password is hunter2');
    await settle();
    held.say(`You said your password is hunter2. ${long}`);
    await clock.advance(1000);
    mara.redact(chat, m);
    await settle();
    runtime.answer(r => JSON.stringify(r.conversation.map(h => h.text)));
    mara.say(chat, '@Bruno what do you know?');
    await settle();
    expect(JSON.stringify(runtime.requests.at(-1)?.conversation.map(h => h.text))).not.toContain('hunter2');
  });

  it('a redacted message leaves no text in the log, edits included', async () => {
    const { mara, chat, settle, store } = await group();
    const m = mara.say(chat, 'hello');
    await settle();
    mara.edit(chat, m, 'my password is hunter2');
    await settle();
    mara.redact(chat, m);
    await settle();
    const all = await store.collection('messages').find({ limit: 1000 });
    expect(JSON.stringify(all)).not.toContain('hunter2');
  });
});
