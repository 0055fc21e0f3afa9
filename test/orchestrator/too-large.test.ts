import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const long = 'This is a sentence that makes the answer longer. '.repeat(10).trim();
const tooLarge = () => new ParleyError('MESSAGE_TOO_LARGE', 'The network takes less than that. Split it.');

/** An answer that fits by all that is known, but is larger than the network takes when it comes to it. */
async function asking() {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await test.settle();
  const held = heldReply();
  test.runtime.answer(held.script);
  mara.say(chat, 'Tell me');
  await test.settle();
  return {
    ...test,
    held,
    bodies: () =>
      [...test.bridge.network.room(chat).shown.values()].flatMap(({ body }) => (body === null ? [] : [body])),
    states: async () => (await test.store.collection('turns').find({ limit: 10 })).map(turn => turn.state),
  };
}

describe('an answer that is larger than the network takes', () => {
  it('goes as a file with all of it', async () => {
    const { held, settle, bodies, bridge, states } = await asking();
    bridge.network.faults.failNext('send', 1, 'before', tooLarge);
    held.say(long);
    held.end();
    await settle();
    expect(bodies()).toEqual([{ kind: 'file', name: 'answer.md', mimeType: 'text/markdown', text: long }]);
    expect(await states()).toEqual(['done']);
  });

  it('goes as a file below the message that stands in the room already, which says so', async () => {
    const { held, settle, clock, bodies, bridge, states } = await asking();
    held.say(long);
    await clock.advance(1000);
    bridge.network.faults.failNext('edit', 1, 'before', tooLarge);
    held.say(' The end.');
    held.end();
    await settle();
    expect(bodies()).toMatchObject([
      { kind: 'markdown', text: 'The answer is in the file below.' },
      { kind: 'file', text: `${long} The end.` },
    ]);
    expect(await states()).toEqual(['done']);
  });

  it('is dropped when the file is too large, too, and the room does not stand still', async () => {
    const { held, settle, bodies, bridge, states, logged } = await asking();
    bridge.network.faults.failNext('send', 2, 'before', tooLarge);
    held.say(long);
    held.end();
    await settle();
    expect(bodies()).toEqual([]);
    expect(await states()).toEqual(['done']);
    expect(logged.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      'An answer was dropped: the chat network does not take it.',
    ]);
  });
});
