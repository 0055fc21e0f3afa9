import { describe, expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { event } from '../../src/core/events/event.ts';
import { bridgeName, foreignMember } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import { readAudit } from '../../src/orchestrator/audit/read-audit.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { message } from '../contracts/store/fixtures.ts';
import { heldClock } from '../fakes/clock.ts';
import { testParley } from '../fakes/installation.ts';
import { mortalStore } from '../fakes/mortal-store.ts';

const spoken = ['MessageReceived', 'SpeakRequested', 'SpeakGranted', 'MessageSent', 'SpeakReleased'] as const;

describe('after a crash', () => {
  /** What is told in one life, or in two of which the first ends right after so many writes. */
  async function lives(writes: number): Promise<{ ids: Set<string>; died: boolean }> {
    const clock = heldClock();
    const bridge = memoryBridge(memoryNetwork({ clock }));
    const store = openMemoryStore({ clock });
    const calm = await testParley({ clock, bridge, store });
    const mara = bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
    await calm.settle();
    await calm.crash();
    const mortal = mortalStore(store);
    const first = await testParley({ clock, bridge, store: mortal.store });
    first.runtime.answer(({ agent }) => (agent.name === 'Ada' ? '@Bruno what do you say?' : 'Nothing.'));
    mortal.dieAfter(writes);
    mara.say(chat, '@Ada what?');
    await first.settle();
    const told = first.published(...spoken);
    await Promise.race([first.crash(), clock.advance(0)]);
    const second = await testParley({ clock, bridge, store });
    second.runtime.answer(({ agent }) => (agent.name === 'Ada' ? '@Bruno what do you say?' : 'Nothing.'));
    await second.settle();
    const ids = new Set([...told, ...second.published(...spoken)].map(({ id }) => id));
    return { ids, died: mortal.died() };
  }

  it('all of it is told under the same ids, wherever the crash came', async () => {
    const calm = await lives(Number.POSITIVE_INFINITY);
    expect(calm.ids.size).toBe(9);
    const missing: string[][] = [];
    for (let writes = 1; ; writes += 1) {
      const { ids, died } = await lives(writes);
      if (!died) break;
      expect([...ids].filter(id => !calm.ids.has(id))).toEqual([]);
      missing.push([...calm.ids].filter(id => !ids.has(id)));
    }
    // Right after the first write the network has not heard that the message is stored: see below.
    expect(missing.slice(1).flat()).toEqual([]);
    expect(missing[0]).toEqual([expect.stringMatching(/^MessageReceived:/)]);
    expect(missing.length).toBeGreaterThan(10);
  });

  it('what a network delivers again is told again, under the same id, and is one message', async () => {
    const { parley, store, published } = await testParley();
    const event = message('a', 1) as ChatEvent;
    await parley.messageLog.append([event]);
    await parley.messageLog.append([event]);
    expect(published('MessageReceived').map(({ id }) => id)).toEqual(Array(2).fill('MessageReceived:test:a'));
    expect(await store.collection('messages').find({ where: { chat: event.chat }, limit: 10 })).toHaveLength(1);
  });

  it('a refusal that was waited for is in the audit, though the process ended right then', async () => {
    const first = await testParley();
    const chat = message('a', 1).chat;
    const by = foreignMember(bridgeName('test'), '@eve');
    const refused = event('CommandRefused', { chat, message: message('a', 1)._id, by, command: 'stop', needs: 'user' });
    await first.parley.bus.keep([refused]);
    await first.crash();
    expect(await readAudit(first.store, { limit: 1, chat })).toMatchObject([{ _id: refused.id }]);
  });
});
