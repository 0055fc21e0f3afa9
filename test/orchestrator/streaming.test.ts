import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { testParley } from '../fakes/installation.ts';
import { heldReply } from '../fakes/runtime.ts';

const sentence = 'This is a sentence that makes the answer longer. ';

async function privateChat() {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  const chat = mara.dm('@agent-ada');
  await test.settle();
  const held = heldReply();
  test.runtime.answer(held.script);
  const question = mara.say(chat, 'Tell me');
  await test.settle();
  const shown = () =>
    [...test.bridge.network.room(chat).shown.values()].filter(message => message.from === 'agent:ada');
  return { ...test, mara, chat, held, question, shown };
}

describe('an answer while it grows', () => {
  it('comes as one message when it is short, however slow the model is', async () => {
    const { held, clock, shown, settle } = await privateChat();
    for (const word of ['Only ', 'a ', 'few ', 'words.']) {
      held.say(word);
      await clock.advance(2000);
    }
    expect(shown()).toHaveLength(0);
    held.end();
    await settle();
    expect(shown()).toMatchObject([{ text: 'Only a few words.', former: [], mark: { state: 'complete' } }]);
  });

  it('shows typing while the model works, and no longer', async () => {
    const { held, clock, bridge, chat, settle } = await privateChat();
    const typing = () => [...bridge.network.room(chat).typing];
    await clock.advance(200);
    expect(typing()).toEqual(['ada']);
    held.say('Done.');
    held.end();
    await settle();
    expect(typing()).toEqual([]);
  });

  it('is shown in at most 12 edits with growing pauses', async () => {
    const { held, clock, shown, settle } = await privateChat();
    const times: number[] = [];
    let seen = 0;
    for (let tick = 0; tick < 3000; tick += 1) {
      held.say(sentence);
      await clock.advance(100);
      const now = shown()[0]?.former.length ?? -1;
      if (now >= seen) {
        times.push(clock.now());
        seen = now + 1;
      }
    }
    held.end();
    await settle();
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(shown()[0]?.former.length).toBe(12);
    expect(shown()[0]?.mark?.state).toBe('complete');
    expect(pauses.every((pause, index) => index === 0 || pause >= (pauses[index - 1] ?? 0))).toBe(true);
  });

  it('is sent to whoever is in the room by then, also who came in while the model was at work', async () => {
    const { held, clock, bridge, mara, chat, settle } = await privateChat();
    const people: (readonly string[] | null)[] = [];
    const { send } = bridge;
    bridge.send = delivery => {
      people.push(delivery.people);
      return send(delivery);
    };
    mara.invite(chat, '@rosa');
    await settle();
    held.say(sentence.repeat(10));
    await clock.advance(1000);
    expect(people[0]).toContain('Rosa');
  });

  it('is stored before its last edit goes out, so that nobody asks the model again when the network fails', async () => {
    const { held, clock, bridge, shown, runtime, settle } = await privateChat();
    held.say(sentence.repeat(10));
    await clock.advance(1000);
    bridge.network.faults.failNext('edit', 2, 'before');
    held.say('The end.');
    held.end();
    await settle();
    await clock.advance(60_000);
    expect(shown()).toHaveLength(1);
    expect(shown()[0]?.text.endsWith('The end.')).toBe(true);
    expect(runtime.requests).toHaveLength(1);
  });

  it('is not doubled when the network takes it but the answer to that is lost', async () => {
    const { held, clock, bridge, shown, settle } = await privateChat();
    bridge.network.faults.failNext('send', 1, 'after');
    held.say('Once.');
    held.end();
    await settle();
    await clock.advance(60_000);
    expect(shown().map(message => message.text)).toEqual(['Once.']);
  });
});

describe('a model in trouble', () => {
  it('makes a plain notice, and 🔁 tries again in the same message', async () => {
    const { held, settle, shown, runtime, mara, chat } = await privateChat();
    held.fail(new ParleyError('MODEL_QUOTA', 'The quota is used up.'));
    await settle();
    expect(shown()).toMatchObject([{ notice: true, text: '⚠️ The quota is used up.' }]);
    runtime.answer(() => 'Now it works.');
    const notice = shown()[0];
    if (notice === undefined) throw new Error('no notice');
    mara.react(chat, notice.id, '🔁');
    await settle();
    expect(shown().map(message => [message.text, message.notice])).toEqual([['Now it works.', false]]);
  });

  it('keeps what the room has seen when it fails in the middle', async () => {
    const { held, settle, shown, clock } = await privateChat();
    held.say(sentence.repeat(10));
    await clock.advance(1000);
    held.fail(new ParleyError('MODEL_TIMEOUT', 'The model went silent.'));
    await settle();
    expect(shown()).toHaveLength(1);
    expect(shown()[0]?.text).toContain('This is a sentence');
    expect(shown()[0]?.text).toContain('⚠️ The model went silent.');
  });

  it('leaves a good answer alone when making it again fails', async () => {
    const { held, settle, shown, runtime, mara, chat } = await privateChat();
    held.say('A good answer.');
    held.end();
    await settle();
    runtime.answer(() => {
      throw new ParleyError('MODEL_UNREACHABLE', 'The model is away.');
    });
    const answer = shown()[0];
    if (answer === undefined) throw new Error('no answer');
    mara.react(chat, answer.id, '🔁');
    await settle();
    expect(shown().map(message => message.text)).toEqual(['A good answer.', '⚠️ The model is away.']);
  });

  it('never wakes another agent by a notice', async () => {
    const { bridge, runtime, settle } = await testParley();
    const mara = bridge.person('mara');
    const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
    await settle();
    runtime.answer(() => {
      throw new ParleyError('MODEL_UNREACHABLE', '@Bruno The model is away.');
    });
    mara.say(chat, '@Ada?');
    await settle();
    expect(runtime.requests).toHaveLength(1);
  });
});
