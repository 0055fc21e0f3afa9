import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { agentId, agentMember } from '../../src/core/ids.ts';
import { levelSetting } from '../../src/core/power.ts';
import { change } from '../../src/orchestrator/change.ts';
import { topics } from '../../src/orchestrator/topics.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { mortalStore } from '../fakes/mortal-store.ts';

const parley = agentMember(agentId('parley'));

/** The first life ends right after so many writes, or where it comes to a step for the nth time. */
type Death = { readonly writes: number } | { readonly step: string; readonly nth: number };

/** A moderated room in which agents speak, in two lives. Gives who may speak at the end. */
async function lives(death: Death) {
  const clock = heldClock();
  const bridge = memoryBridge(memoryNetwork({ clock }));
  const store = openMemoryStore({ clock });
  const calm = await testParley({ clock, bridge, store });
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley'] });
  await calm.settle();
  mara.setPower(chat, { [levelSetting(parley)]: 100 });
  await change(store.collection('chats'), chat, stored => ({ ...stored, strategy: 'moderated' }));
  calm.parley.queue.wake(topics.rooms, chat);
  await calm.settle();
  await calm.crash();
  const mortal = mortalStore(store);
  const first = await testParley({ clock, bridge, store: mortal.store });
  await first.settle();
  let left = 'nth' in death ? death.nth : Number.POSITIVE_INFINITY;
  const die = (message: unknown): void => {
    if (!('step' in death) || (message as { step: string }).step !== death.step) return;
    left -= 1;
    if (left === 0) mortal.dieAfter(0);
  };
  subscribe('parley:step', die);
  if ('writes' in death) mortal.dieAfter(death.writes);
  mara.say(chat, '@Ada: what do you say?');
  await first.settle();
  unsubscribe('parley:step', die);
  await Promise.race([first.crash(), clock.advance(0)]);
  const second = await testParley({ clock, bridge, store });
  await second.settle();
  mara.say(chat, '@Bruno: and you?');
  await second.settle();
  mara.say(chat, '@Bruno: anything else?');
  await second.settle();
  const { levels, sendLevel } = bridge.network.room(chat).power;
  await Promise.race([second.crash(), clock.advance(0)]);
  return { died: mortal.died(), levels, sendLevel, right: { [mara.id]: 100, [parley]: 100 } };
}

async function endsWell(deaths: (at: number) => Death): Promise<number> {
  for (let at = 1; ; at += 1) {
    const { died, levels, sendLevel, right } = await lives(deaths(at));
    expect({ levels, sendLevel }, `killed at ${at}`).toEqual({ levels: right, sendLevel: 10 });
    if (!died) return at - 1;
  }
}

describe('whoever had the floor keeps no right to speak, though others get it right afterwards', () => {
  it('killed at any write', async () => {
    expect(await endsWell(writes => ({ writes }))).toBeGreaterThan(10);
  });

  it.each(['power.stored', 'power.changed'])('killed where the network has made a change, or not: %s', async step => {
    expect(await endsWell(nth => ({ step, nth }))).toBe(2);
  });
});
