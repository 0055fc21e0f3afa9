import { afterEach, describe, expect, it } from 'vitest';
import { request } from '../../src/core/floor/queue.ts';
import { endSlot } from '../../src/core/floor/slot.ts';
import { agentId, agentMember } from '../../src/core/ids.ts';
import { levelSetting } from '../../src/core/power.ts';
import { change } from '../../src/orchestrator/change.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import { floorOf } from '../fakes/floor-of.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';

const slotMs = 120_000;
const worlds: TestParley[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.crash();
});

/** A moderated room in which only the holder of the floor can speak, and Tom, who asks for it. */
async function moderated() {
  const test = await testParley();
  worlds.push(test);
  const { bridge, clock, parley, settle, store } = test;
  const [mara, tom] = [bridge.person('mara'), bridge.person('tom')];
  const chat = mara.createRoom({ invite: ['@agent-ada', '@parley', '@tom'] });
  await settle();
  mara.setPower(chat, { [levelSetting(agentMember(agentId('parley')))]: 100 });
  await change(store.collection('chats'), chat, stored => ({ ...stored, strategy: 'moderated' }));
  parley.queue.wake(topics.rooms, chat);
  await settle();
  const { floor, act } = floorOf(test, chat);
  const asks = () =>
    act(before => request(before, { kind: 'person', person: tom.id, reason: 'asked', since: clock.now() }));
  const mayWrite = () => (bridge.network.room(chat).power.levels[tom.id] ?? 0) > 0;
  return { ...test, chat, mara, floor, act, asks, mayWrite };
}

describe('a person who gets the floor while the network is away', () => {
  it('has the whole slot before them when it is back', async () => {
    const { bridge, clock, settle, floor, asks, mayWrite } = await moderated();
    bridge.network.faults.failNext(['power', 'changePower'], 10_000, 'before');
    await asks();
    await clock.advance(3 * slotMs);
    expect([(await floor()).currentSpeaker?.kind, mayWrite()]).toEqual(['person', false]);
    bridge.network.faults.clear();
    await clock.advance(60_000);
    await settle();
    expect(mayWrite()).toBe(true);
    const { slot } = await floor();
    expect((slot?.endsAt ?? 0) - clock.now()).toBeGreaterThanOrEqual(slotMs - 60_000);
    await clock.advance(slotMs);
    await settle();
    expect([(await floor()).currentSpeaker, mayWrite()]).toEqual([null, false]);
  });

  it('has no longer slot where somebody changes the levels in the middle of it', async () => {
    const { mara, bridge, chat, clock, settle, floor, asks, mayWrite } = await moderated();
    await asks();
    expect(mayWrite()).toBe(true);
    await clock.advance(slotMs / 2);
    mara.setPower(chat, { [levelSetting(bridge.person('ines').id)]: 50 });
    await settle();
    await clock.advance(slotMs / 2);
    await settle();
    expect([(await floor()).currentSpeaker, mayWrite()]).toEqual([null, false]);
  });

  it('gives it back when somebody ends their slot, and after so long in any case', async () => {
    const { bridge, clock, floor, act, asks } = await moderated();
    bridge.network.faults.failNext(['power', 'changePower'], 10_000, 'before');
    await asks();
    await clock.advance(slotMs + 1_000);
    expect((await floor()).currentSpeaker?.kind).toBe('person');
    await act(before => endSlot(before, clock.now()));
    await clock.advance(60_000);
    expect((await floor()).currentSpeaker).toBeNull();
    await asks();
    await clock.advance(7 * slotMs);
    expect((await floor()).currentSpeaker).toBeNull();
  });

  it('has no longer slot where moderation ends in the middle of it', async () => {
    const { parley, store, chat, clock, settle, floor, asks } = await moderated();
    await asks();
    const { slot } = await floor();
    await clock.advance(slotMs / 2);
    await change(store.collection('chats'), chat, stored => ({ ...stored, strategy: null }));
    parley.queue.wake(topics.rooms, chat);
    await settle();
    expect((await floor()).slot).toEqual(slot);
  });
});
