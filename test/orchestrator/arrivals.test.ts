import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { testParley } from '../fakes/installation.ts';

const minute = 60_000;

describe('an agent that comes into a room', () => {
  it('does not hold up other rooms though many new ones are slow to read', async () => {
    const { bridge, settle, clock, answers } = await testParley();
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await settle();
    const { history } = bridge;
    bridge.history = async query => {
      if (query.chat !== chat) await new Promise<void>(resolve => void clock.after(minute, resolve));
      return history(query);
    };
    for (let count = 0; count < 70; count += 1) bridge.person('eve').dm('@agent-ada');
    await settle();
    mara.say(chat, 'Hello');
    await settle();
    expect(answers(chat)).toHaveLength(1);
  });

  it('answers what was said before it could read the room, behind its introduction', async () => {
    const { bridge, settle, clock, answers } = await testParley({ settings: { introduce: true } });
    bridge.network.faults.delay('history', minute);
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    mara.say(chat, 'Hello');
    await settle();
    expect(answers(chat)).toEqual([]);
    await clock.advance(minute);
    const texts = answers(chat).map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining('Hello, I’m'), 'Ada heard: Hello']);
  });

  it('goes on where a crash broke it off, and after the network was away for long', async () => {
    const first = await testParley();
    first.bridge.network.faults.failNext('state', 1000, 'before');
    const mara = first.bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await first.settle();
    mara.say(chat, 'Hello');
    await first.settle();
    await first.crash();
    const { bridge, store, clock } = first;
    const second = await testParley({ bridge, store, clock });
    await clock.advance(5 * minute);
    expect(second.answers(chat)).toEqual([]);
    bridge.network.faults.clear();
    await clock.advance(2 * minute);
    expect(second.answers(chat)).toHaveLength(1);
  });

  it('answers although it may not look around', async () => {
    const { bridge, settle, answers } = await testParley();
    bridge.network.faults.failNext('history', 1, 'before', () => new ParleyError('BRIDGE_FORBIDDEN', 'No. Ask.'));
    const mara = bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await settle();
    mara.say(chat, 'Hello');
    await settle();
    expect(answers(chat)).toHaveLength(1);
  });
});
