import { describe, expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const hours = 3_600_000;
const long = 'This is a sentence that makes the answer longer. '.repeat(10);

type Chat = Awaited<ReturnType<typeof directChat>>;

async function directChat() {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await test.settle();
  return { ...test, mara, chat };
}

/** Parley ends, the network forgets every delivery id, and Parley starts again after this time. */
async function restartAfter(ms: number, { bridge, store, clock, crash }: Chat) {
  await crash();
  bridge.network.faults.clear();
  await clock.advance(ms);
  bridge.network.delivered.clear();
  let looks = 0;
  const findSent: typeof bridge.findSent = (delivery, since) => {
    looks += 1;
    return bridge.findSent(delivery, since);
  };
  const second = await testParley({ bridge: { ...bridge, findSent }, store, clock });
  await second.settle();
  return { ...second, looks: () => looks };
}

describe('a message that may have been sent before the network forgot its delivery id', () => {
  it('is not sent again when it stands in the room', async () => {
    const first = await directChat();
    first.bridge.network.faults.failNext('send', 1, 'after');
    first.mara.say(first.chat, 'Hello');
    await first.settle();
    const second = await restartAfter(25 * hours, first);
    expect(second.answers(first.chat)).toEqual([{ agent: 'ada', text: 'Ada heard: Hello', notice: false }]);
    expect(second.looks()).toBe(1);
    expect(await second.store.collection('turns').find({ where: { state: 'done' }, limit: 10 })).toHaveLength(1);
  });

  it('is sent when it does not', async () => {
    const first = await directChat();
    first.bridge.network.faults.failNext('send', 1, 'before');
    first.mara.say(first.chat, 'Hello');
    await first.settle();
    const second = await restartAfter(25 * hours, first);
    expect(second.answers(first.chat).map(({ text }) => text)).toEqual(['Ada heard: Hello']);
    expect(second.looks()).toBe(1);
  });

  it('is sent under the same id without a look while the network surely knows that', async () => {
    const first = await directChat();
    first.bridge.network.faults.failNext('send', 1, 'before');
    first.mara.say(first.chat, 'Hello');
    await first.settle();
    const second = await restartAfter(11 * hours, first);
    expect(second.answers(first.chat)).toHaveLength(1);
    expect(second.looks()).toBe(0);
  });

  it('goes on in the message that stands there when it was being opened', async () => {
    const first = await opening();
    const second = await restartAfter(25 * hours, first);
    expect(second.answers(first.chat)).toEqual([{ agent: 'ada', text: 'Ada heard: Hello', notice: false }]);
  });

  it('is taken back when it was being opened and its question is gone', async () => {
    const first = await opening();
    first.mara.redact(first.chat, first.question);
    const second = await restartAfter(25 * hours, first);
    expect(second.answers(first.chat)).toEqual([]);
  });
});

/** An answer whose first words are in the room, but Parley never learned their id. */
async function opening() {
  const first = await directChat();
  const held = heldReply();
  first.runtime.answer(held.script);
  first.bridge.network.faults.failNext('send', 1, 'after');
  const question = first.mara.say(first.chat, 'Hello');
  await first.settle();
  held.say(long);
  await first.clock.advance(1000);
  expect(first.answers(first.chat)).toHaveLength(1);
  return { ...first, question };
}
