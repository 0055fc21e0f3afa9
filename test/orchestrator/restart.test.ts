import { describe, expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const long = 'This is a sentence that makes the answer longer. '.repeat(10);

async function interrupted(text: string) {
  const first = await testParley();
  const mara = first.bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await first.settle();
  const held = heldReply();
  first.runtime.answer(held.script);
  mara.say(chat, 'Tell me');
  await first.settle();
  held.say(text);
  await first.clock.advance(1000);
  return { ...first, mara, chat, held };
}

describe('after a restart', () => {
  it('goes on in the message that was cut, and no text stands twice', async () => {
    const { bridge, store, clock, crash, chat, answers } = await interrupted(long);
    expect(answers(chat)).toHaveLength(1);
    await crash();
    const second = await testParley({ bridge, store, clock });
    await second.settle();
    expect(second.answers(chat)).toEqual([{ agent: 'ada', text: 'Ada heard: Tell me', notice: false }]);
  });

  it('answers what was written while it was down, once, and only reads what is older than an hour', async () => {
    const { bridge, store, clock, crash, chat, mara } = await interrupted('');
    await crash();
    mara.say(chat, 'old');
    await clock.advance(3_600_001);
    mara.say(chat, 'new');
    const second = await testParley({ bridge, store, clock });
    await second.settle();
    expect(second.answers(chat).map(answer => answer.text)).toEqual(['Ada heard: new']);
    expect(second.runtime.requests[0]?.conversation.map(heard => heard.text)).toEqual(['Tell me', 'old', 'new']);
  });

  it('sends a finished answer without asking the model again', async () => {
    const { bridge, store, clock, crash, chat, held, settle } = await interrupted(long);
    bridge.network.faults.failNext('edit', 1000, 'before');
    held.say('The end.');
    held.end();
    await settle();
    await crash();
    bridge.network.faults.clear();
    const second = await testParley({ bridge, store, clock });
    await second.settle();
    expect(second.answers(chat).map(answer => answer.text.slice(-8))).toEqual(['The end.']);
    expect(second.runtime.requests).toHaveLength(0);
  });

  it('gives up an answer that ended the process fifty times, when it has been at it for an hour', async () => {
    let { bridge, store, clock, crash, chat } = await interrupted(long);
    const restart = async () => {
      await crash();
      const again = await testParley({ bridge, store, clock });
      again.runtime.answer(heldReply().script);
      await again.settle();
      ({ crash } = again);
      return again.answers(chat);
    };
    for (let start = 0; start < 60; start += 1) await restart();
    expect(await restart()).toMatchObject([{ notice: false }]);
    await clock.advance(3_600_001);
    expect(await restart()).toMatchObject([{ notice: true }]);
  });
});
