import { afterEach, describe, expect, it } from 'vitest';
import { agentId } from '../../src/core/ids.ts';
import { change } from '../../src/orchestrator/change.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const ada = agentId('ada');
const worlds: TestParley[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.crash();
});

/** A moderated room, and Ada in the middle of an answer there. */
async function speaking() {
  const test = await testParley();
  worlds.push(test);
  const { bridge, parley, store, settle, runtime } = test;
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley'] });
  await settle();
  await change(store.collection('chats'), chat, stored => ({ ...stored, strategy: 'moderated' }));
  parley.queue.wake(topics.rooms, chat);
  await settle();
  const held = heldReply();
  runtime.answer(held.script);
  mara.say(chat, '@Ada: what do you say?');
  await settle();
  expect((await parley.attention.of(ada)).focus).toHaveLength(1);
  const card = () => bridge.network.timeline(chat).find(({ mark }) => mark?.turn.includes('#card-'))?.text;
  return { ...test, mara, chat, held, card };
}

describe('an agent attends to what it speaks to, and to nothing that is over', () => {
  it('where the network fails as its turn ends, so that the power in the room can not be looked after at once', async () => {
    const { bridge, clock, parley, settle, held, card } = await speaking();
    expect(card()).toContain('**Ada** speaks');
    bridge.network.faults.failNext(['power', 'changePower'], 3, 'before');
    held.say('Nothing.');
    held.end();
    await settle();
    await clock.advance(60_000);
    expect(await parley.attention.of(ada)).toEqual({ focus: [], waiting: [] });
    expect(card()).not.toContain('**Ada** speaks');
  });

  it('and people see who has got the floor while the network failed', async () => {
    const { bridge, clock, settle, mara, chat, held, card } = await speaking();
    mara.say(chat, '@Bruno: and you?');
    await clock.advance(10_000);
    expect(card()).toContain('1. Bruno');
    bridge.network.faults.failNext(['power', 'changePower'], 3, 'before');
    held.say('Nothing.');
    held.end();
    await settle();
    await clock.advance(10_000);
    expect(card()).toContain('**Bruno** speaks');
  });
});
