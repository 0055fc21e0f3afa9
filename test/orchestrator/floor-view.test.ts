import { describe, expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

async function group(settings: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley(settings);
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley'] });
  await test.settle();
  const shown = () => test.bridge.network.timeline(chat).filter(message => !message.redacted);
  const cards = () => shown().filter(message => message.mark?.turn.includes('#card-'));
  const signs = () =>
    shown().flatMap(({ text, reactions }) =>
      reactions.filter(({ key }) => key === '⏳').map(({ from }) => `${text} ${from}`),
    );
  return { ...test, mara, chat, cards, signs };
}

describe('what a room is shown of its floor', () => {
  it('is nothing where agents answer at once', async () => {
    const { mara, chat, settle, clock, cards, signs } = await group();
    mara.say(chat, '@Ada hello');
    await settle();
    await clock.advance(60_000);
    expect([cards(), signs()]).toEqual([[], []]);
  });

  it('is a card with who speaks and who waits, and a ⏳, when somebody waits for more than two seconds', async () => {
    const { mara, chat, settle, clock, runtime, cards, signs, answers } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada, @Bruno: what speaks against it?');
    await settle();
    await clock.advance(1900);
    expect(cards()).toEqual([]);
    await clock.advance(200);
    await settle();
    expect(cards()).toHaveLength(1);
    expect(cards()[0]?.text).toMatch(/🎤 \*\*Ada\*\* speaks[\s\S]*1\. Bruno/);
    expect(signs()).toEqual(['@Ada, @Bruno: what speaks against it? agent:bruno']);
    mara.say(chat, '!queue');
    await settle();
    expect(answers(chat).at(-1)?.text).toMatch(/^1\. \*\*Bruno\*\*: .*, for 2 s$/);
  });

  it('lists those who wait as they will speak: people before agents', async () => {
    const { mara, chat, settle, clock, runtime, cards } = await group();
    runtime.answer(heldReply().script);
    mara.say(chat, '@Ada, @Bruno: what speaks against it?');
    await settle();
    mara.say(chat, '!floor ask');
    await settle();
    await clock.advance(6000);
    await settle();
    expect(cards()[0]?.text).toMatch(/1\. Mara: .*\n2\. Bruno: /);
  });

  it('goes away when nobody waits any more', async () => {
    const { mara, chat, settle, clock, runtime, cards, signs, store } = await group();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada, @Bruno: what speaks against it?');
    await clock.advance(3000);
    await settle();
    expect(cards()).toHaveLength(1);
    runtime.answer(() => 'Bruno, too.');
    held.say('Nothing.');
    held.end();
    await settle();
    await clock.advance(5000);
    await settle();
    expect([cards(), signs()]).toEqual([[], []]);
    expect(await store.collection('floor_views').get(chat)).toBeNull();
  });

  it('is made right again by a Parley that starts after a crash', async () => {
    const first = await group();
    const held = heldReply();
    first.runtime.answer(held.script);
    first.mara.say(first.chat, '@Ada, @Bruno: what speaks against it?');
    await first.clock.advance(3000);
    await first.settle();
    expect(first.cards()).toHaveLength(1);
    await first.crash();
    const second = await testParley({ bridge: first.bridge, store: first.store, clock: first.clock });
    await second.settle();
    await first.clock.advance(10_000);
    await second.settle();
    expect([first.cards(), first.signs()]).toEqual([[], []]);
  });
});

describe('an agent with more dialogues than it can attend to', () => {
  it('gets to the others later, and they see a ⏳ meanwhile', async () => {
    const attention = {
      atOnce: 1,
      weights: { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 },
    };
    const { mara, chat, settle, clock, runtime, signs, answers, bridge, store } = await group({
      settings: { attention },
    });
    const tom = bridge.person('tom');
    const dm = tom.dm('@agent-ada');
    await settle();
    const held = heldReply();
    runtime.answer(held.script);
    mara.say(chat, '@Ada first');
    await settle();
    runtime.answer(() => 'Hello Tom.');
    tom.say(dm, 'and me?');
    await clock.advance(3000);
    await settle();
    expect(answers(dm)).toEqual([]);
    expect(bridge.network.timeline(dm).flatMap(({ reactions }) => reactions.map(({ key }) => key))).toEqual(['⏳']);
    const [state] = await store.collection('agent_attention_states').find({ limit: 10 });
    expect(state).toMatchObject({
      _id: 'ada',
      currentFocus: [chat],
      attentionQueue: [{ dialogue: dm, reasons: ['directMessage'] }],
    });
    tom.say(dm, '!queue why');
    await settle();
    expect(answers(dm)[0]?.text).toBe(
      '**Ada** is busy in 1 other dialogues and gets to this one at place 1 of 1.\nPriority 4.05: directMessage 4 × 1.00 + waiting 1 × 0.05',
    );
    held.say('Done.');
    held.end();
    await settle();
    await clock.advance(5000);
    await settle();
    expect(answers(dm).at(-1)?.text).toBe('Hello Tom.');
    expect([...signs(), ...bridge.network.timeline(dm).flatMap(({ reactions }) => reactions)]).toEqual([]);
    expect(await store.collection('agent_attention_states').find({ limit: 10 })).toEqual([]);
  });
});
