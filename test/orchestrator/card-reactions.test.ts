import { describe, expect, it } from 'vitest';
import { memberAt } from '../../bridges/memory/address.ts';
import { agentId, agentMember, type MessageId } from '../../src/core/ids.ts';
import { floorOf } from '../fakes/floor-of.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

/** A moderated room: Mara made it and moderates it, Tom is a guest there. */
async function moderated() {
  const test = await testParley({ settings: { strategy: 'moderated' } });
  const [mara, tom] = [test.bridge.person('mara'), test.bridge.person('tom')];
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await test.settle();
  mara.say(chat, `!floor moderator ${'@mara'}`);
  await test.settle();
  await test.clock.advance(3000);
  await test.settle();
  const card = () =>
    test.bridge.network.timeline(chat).findLast(shown => !shown.redacted && shown.mark?.turn.includes('#card-'));
  const react = async (who: typeof mara, key: string): Promise<MessageId> => {
    const id = card()?.id;
    if (id === undefined) throw new Error('There is no card.');
    const reaction = who.react(chat, id, key);
    await test.settle();
    await test.clock.advance(3000);
    await test.settle();
    return reaction;
  };
  return { ...test, ...floorOf(test, chat), mara, tom, chat, card, react };
}

const tomId = memberAt('tom');

describe('reactions on the card', () => {
  it('ask for the floor with ✋, and not any more when it is taken back', async () => {
    const { tom, chat, react, floor, card, settle } = await moderated();
    const hand = await react(tom, '✋');
    expect((await floor()).queue).toMatchObject([{ kind: 'person', person: tomId }]);
    expect(card()?.text).toContain('1. Tom');
    tom.redact(chat, hand);
    await settle();
    expect((await floor()).queue).toEqual([]);
  });

  it('keep one in the queue who has raised their hand anew, where it is told late that the former one is gone', async () => {
    const { mara, tom, chat, react, floor, settle } = await moderated();
    const former = await react(tom, '✋');
    await react(mara, '✅');
    await react(tom, '⏭');
    const anew = await react(tom, '✋');
    tom.redact(chat, former);
    await settle();
    expect((await floor()).queue).toMatchObject([{ kind: 'person', person: tomId }]);
    tom.redact(chat, anew);
    await settle();
    expect((await floor()).queue).toEqual([]);
  });

  it('grant the next with ✅, by the moderator alone', async () => {
    const { mara, tom, react, floor, answers, chat } = await moderated();
    await react(tom, '✋');
    await react(tom, '✅');
    expect((await floor()).currentSpeaker).toBeNull();
    expect(answers(chat).at(-1)?.text).toContain('✅ is not for you');
    await react(mara, '✅');
    expect((await floor()).currentSpeaker).toMatchObject({ person: tomId });
  });

  it('let a moderator grant the floor though too many wait, each time once', async () => {
    const test = await moderated();
    const { mara, chat, bridge, clock, settle, floor, answers } = test;
    for (let n = 0; n < 55; n += 1) {
      const person = bridge.person(`p${n}`);
      mara.invite(chat, `@p${n}`);
      person.join(chat);
      person.say(chat, '!floor ask');
      await settle();
    }
    await clock.advance(3000);
    expect((await floor()).queue).toHaveLength(50);
    for (let n = 0; n < 110; n += 1) bridge.person(`p${1 + (n % 54)}`).say(chat, '!floor next');
    await settle();
    mara.say(chat, '!floor next');
    await settle();
    expect((await floor()).currentSpeaker).toMatchObject({ person: memberAt('p0') });
    mara.say(chat, '!floor clear');
    await clock.advance(3000);
    expect((await floor()).currentSpeaker).toMatchObject({ person: memberAt('p0') });
    expect((await floor()).heardEarly).toEqual([]);
    await clock.advance(120_000);
    expect((await floor()).currentSpeaker).toBeNull();
    expect(answers(chat).filter(({ text }) => text.includes('too many commands'))).toEqual([]);
  });

  it('end the slot with ⏭, by the moderator or by who speaks', async () => {
    const { mara, tom, react, floor } = await moderated();
    await react(tom, '✋');
    await react(mara, '✅');
    await react(tom, '⏭');
    expect((await floor()).currentSpeaker).toBeNull();
  });

  it('go away when they are done, to be pressed again, but for a raised hand and what was refused', async () => {
    const { mara, tom, react, floor, card, bridge, chat } = await moderated();
    const room = bridge.network.room(chat);
    room.power = { ...room.power, levels: { ...room.power.levels, [agentMember(agentId('parley'))]: 50 } };
    const standing = () => card()?.reactions.map(({ from, key }) => `${from === tomId ? 'tom' : 'other'} ${key}`);
    await react(tom, '✋');
    await react(tom, '✅');
    await react(mara, '✅');
    expect(standing()).toEqual(['tom ✋', 'tom ✅']);
    await react(mara, '⏭');
    await react(mara, '✅');
    expect((await floor()).currentSpeaker).toBeNull();
    expect(standing()).toEqual(['tom ✋', 'tom ✅']);
  });

  it('stay where @parley may not remove them, and are carried out all the same', async () => {
    const { mara, react, floor, card } = await moderated();
    await react(mara, '⏸');
    expect((await floor()).held).toBe(true);
    expect(card()?.reactions.map(({ key }) => key)).toEqual(['⏸']);
  });

  it('hold the floor with ⏸ and let it go on with ▶', async () => {
    const { mara, react, floor, card } = await moderated();
    await react(mara, '⏸');
    expect((await floor()).held).toBe(true);
    expect(card()?.text).toContain('on hold');
    await react(mara, '▶');
    expect((await floor()).held).toBe(false);
  });

  it('stop the agent that speaks with 🛑', async () => {
    const { mara, tom, chat, react, runtime, settle, floor } = await moderated();
    await react(tom, '✋');
    await react(mara, '✅');
    const held = heldReply();
    runtime.answer(held.script);
    tom.say(chat, '@Ada what?');
    await settle();
    await react(tom, '⏭');
    await react(mara, '✅');
    expect((await floor()).currentSpeaker).toMatchObject({ agent: 'ada' });
    await react(mara, '🛑');
    expect(held.aborted()).toBe(true);
    expect((await floor()).currentSpeaker).toBeNull();
  });

  it('mean nothing on other messages, and nothing by bots', async () => {
    const { mara, chat, bridge, floor, settle, card, react } = await moderated();
    const other = mara.say(chat, '!help');
    await settle();
    mara.react(chat, other, '✋');
    await settle();
    const bot = bridge.bot('echo');
    mara.invite(chat, '@echo');
    await settle();
    expect(card()).toBeDefined();
    await react(bot, '✋');
    expect((await floor()).queue).toEqual([]);
  });
});
