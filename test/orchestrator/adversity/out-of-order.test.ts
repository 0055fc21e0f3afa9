import { describe, expect, it } from 'vitest';
import { testParley } from '../../fakes/installation.ts';
import { heldReply, lastText } from '../../fakes/runtime.ts';
import { group, must, unfinished } from './group.ts';

describe('whatever comes in between', () => {
  it('leaves no orphan turn when message and redaction come in one batch', async () => {
    const { mara, chat, settle, store, clock } = await group();
    const m = mara.say(chat, '@Ada secret');
    mara.redact(chat, m);
    await settle();
    await clock.advance(120_000);
    expect(await unfinished(store)).toEqual([]);
  });

  it('leaves no orphan turn when a waiting message is edited to speak to somebody else', async () => {
    const { mara, chat, settle, store, clock, runtime } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada first');
    const m = mara.say(chat, '@Ada second');
    await settle();
    mara.edit(chat, m, '@Bruno second');
    await settle();
    runtime.answer(() => 'b');
    held.say('a');
    held.end();
    await settle();
    await clock.advance(120_000);
    expect(await unfinished(store)).toEqual([]);
  });

  it('leaves no orphan when an agent is invited, joins and is kicked in one batch', async () => {
    const t = await testParley({ settings: { introduce: true } });
    const mara = t.bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada'] });
    await t.settle();
    t.bridge.network.faults.delay('state', 1000);
    mara.invite(chat, '@agent-bruno');
    await t.settle();
    mara.kick(chat, '@agent-bruno');
    await t.clock.advance(5000);
    await t.clock.advance(120_000);
    expect(await unfinished(t.store)).toEqual([]);
  });

  it('what was said while the agent was out of the room is neither read nor answered', async () => {
    const t = await testParley();
    const mara = t.bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@tom'] });
    await t.settle();
    mara.say(chat, 'hello');
    await t.settle();
    mara.kick(chat, '@agent-ada');
    await t.settle();
    mara.say(chat, 'between us: I am leaving the company');
    await t.settle();
    mara.invite(chat, '@agent-ada');
    await t.settle();
    await t.clock.advance(6 * 60_000);
    await t.settle();
    expect(t.answers(chat).map(a => a.text)).toEqual(['Ada heard: hello']);
  });

  it('a lost kick that is found late does not put out an agent who is in again', async () => {
    const t = await testParley();
    const mara = t.bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await t.settle();
    t.bridge.network.outbound.lose(() => {
      mara.kick(chat, '@agent-ada');
      mara.invite(chat, '@agent-ada');
    });
    await t.settle();
    // the agent was invited anew; suppose the invitation got through
    await t.bridge.join(chat, 'ada' as never);
    await t.settle();
    await t.clock.advance(6 * 60_000);
    mara.say(chat, 'still there?');
    await t.settle();
    await t.clock.advance(6 * 60_000);
    expect(t.answers(chat).map(a => a.text)).toContain('Ada heard: still there?');
  });

  it('an edit that arrives before its message counts', async () => {
    const { mara, chat, settle, bridge, answers, clock, runtime } = await group();
    mara.say(chat, 'known');
    await settle();
    runtime.answer(r => lastText(r));
    // What is lost is noticed later.
    bridge.network.outbound.lose(() => mara.edit(chat, mara.say(chat, '@Ada 1+1?'), '@Ada 2+2?'));
    await settle();
    await clock.advance(6 * 60_000);
    expect(answers(chat).map(a => a.text)).toContain('@Ada 2+2?');
  });

  it('a burst whose queue takes over an hour is answered all the same', async () => {
    const { mara, chat, settle, runtime, clock, answers } = await group();
    const helds = [heldReply(), heldReply()];
    let n = 0;
    runtime.answer((r, s) => {
      const h = helds[n++];
      return h ? h.script(r, s) : 'ok';
    });
    mara.say(chat, '@Ada one');
    mara.say(chat, '@Ada two');
    mara.say(chat, '@Ada three');
    await settle();
    await clock.advance(3_700_000);
    must(helds[0]).say('a');
    must(helds[0]).end();
    await settle();
    must(helds[1]).say('b');
    must(helds[1]).end();
    await settle();
    expect(answers(chat)).toHaveLength(3);
  });
});

describe('a command', () => {
  it('typed into a waiting message by an edit is neither carried out nor given to the model', async () => {
    const test = await testParley();
    const mara = test.bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await test.settle();
    const held = heldReply();
    test.runtime.answer(held.script);
    mara.say(chat, 'one');
    const second = mara.say(chat, 'two');
    await test.settle();
    mara.edit(chat, second, '!help');
    await test.settle();
    test.runtime.answer(() => 'by the model');
    held.say('a');
    held.end();
    await test.settle();
    expect(test.answers(chat).map(answer => answer.text)).toEqual(['a']);
  });
});
