import { describe, expect, it } from 'vitest';
import { memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { makeOutbound } from '../../bridges/memory/outbound.ts';
import { agentId } from '../../src/core/ids.ts';
import { testParley } from '../fakes/installation.ts';

describe('a room in which much is said before an agent comes in', () => {
  it.each([40, 60, 150])('has what is said since its invitation answered, behind %i messages', async count => {
    const { bridge, settle, clock, answers } = await testParley();
    const mara = bridge.person('mara');
    bridge.network.faults.delay('join', 5000);
    const chat = mara.createRoom({ invite: ['@tom', '@agent-ada'] });
    await settle();
    await clock.advance(1000);
    for (let n = 0; n < count; n += 1) mara.say(chat, `@tom chatter ${n}`);
    mara.say(chat, '@Ada, what do you say?');
    await clock.advance(10_000);
    expect(answers(chat).map(({ text }) => text)).toEqual(['Ada heard: @Ada, what do you say?']);
  });

  it.each([10, 60])('keeps what was said while it was out to itself, before %i messages', async count => {
    const { bridge, settle, clock, store, crash } = await testParley();
    const mara = bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@tom'] });
    await settle();
    mara.say(chat, 'hello');
    await settle();
    await crash();
    mara.kick(chat, '@agent-ada');
    mara.say(chat, 'between us: hunter2');
    mara.invite(chat, '@agent-ada');
    // Somebody with power over the homeserver lets it in.
    await bridge.join(chat, agentId('ada'));
    for (let n = 0; n < count; n += 1) mara.say(chat, `@tom chatter ${n}`);
    // The homeserver has lost all of this.
    const network = { ...bridge.network, outbound: makeOutbound(clock) };
    const again = await testParley({ bridge: memoryBridge(network), store, clock });
    network.outbound.lose(() => undefined);
    await again.settle();
    const log = JSON.stringify(await store.collection('messages').find({ where: { chat }, limit: 1000 }));
    expect(log).toContain(`chatter ${count - 1}`);
    expect(log).not.toContain('hunter2');
  });

  it('finds what was lost in the middle, however many have come since', async () => {
    const { bridge, settle, store } = await testParley();
    const mara = bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@tom'] });
    await settle();
    mara.say(chat, '@tom before');
    await settle();
    bridge.network.faults.failNext('history', 1, 'before');
    bridge.network.outbound.lose(() => {
      for (let n = 0; n < 60; n += 1) mara.say(chat, `@tom lost ${n}`);
    });
    await settle();
    mara.say(chat, '@tom after');
    await settle();
    bridge.network.outbound.lose(() => undefined);
    await settle();
    const log = await store.collection('messages').find({ where: { chat }, limit: 1000 });
    expect(log.filter(line => 'text' in line && line.text.startsWith('@tom lost'))).toHaveLength(60);
  });
});
