import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../src/core/errors.ts';
import { eventTopics } from '../../src/core/events/event-type.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';

async function group(given: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley(given);
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@tom'] });
  await test.settle();
  return { ...test, mara, chat };
}

const spoken = ['MessageReceived', 'SpeakRequested', 'SpeakGranted', 'MessageSent', 'SpeakReleased'] as const;
const short = ({ published }: TestParley) =>
  published(...spoken).map(({ type, data }) => ('speaker' in data ? `${type} ${data.speaker}` : type));

describe('a conversation', () => {
  it('publishes who asks, who speaks, what is said, and who hands over, in this order', async () => {
    const test = await group();
    test.runtime.answer(({ agent }) => (agent.name === 'Ada' ? '@Bruno what do you say?' : 'Nothing.'));
    test.mara.say(test.chat, '@Ada what?');
    await test.settle();
    expect(short(test)).toEqual([
      'MessageReceived',
      'SpeakRequested agent:ada',
      'SpeakGranted agent:ada',
      'MessageSent',
      'SpeakReleased agent:ada',
      'SpeakRequested agent:bruno',
      'SpeakGranted agent:bruno',
      'MessageSent',
      'SpeakReleased agent:bruno',
    ]);
  });

  it('has the same correlation from the question to the last answer, and each says what it follows from', async () => {
    const test = await group();
    test.runtime.answer(({ agent }) => (agent.name === 'Ada' ? '@Bruno what do you say?' : 'Nothing.'));
    const question = test.mara.say(test.chat, '@Ada what?');
    await test.settle();
    const told = test.published(...spoken);
    expect(new Set(told.map(({ correlationId }) => correlationId))).toEqual(new Set([question]));
    expect(new Set(told.map(({ key }) => key))).toEqual(new Set([test.chat]));
    expect(test.published('MessageSent').map(({ causationId, data }) => [causationId, data.hop])).toEqual([
      [`${question}/ada`, 1],
      [`${question}/ada/bruno`, 2],
    ]);
  });

  it('publishes nothing of what is said', async () => {
    const test = await group();
    const question = test.mara.say(test.chat, '@Ada my secret is 4711');
    test.mara.edit(test.chat, question, '@Ada my secret is 4712');
    test.mara.rename(test.chat, 'secret 4713');
    test.mara.setTopic(test.chat, 'secret 4714');
    await test.settle();
    expect(test.answers(test.chat)).not.toEqual([]);
    expect(JSON.stringify(test.published())).not.toMatch(/secret|471/);
  });

  it('publishes edits, redactions, and an answer that goes with its question', async () => {
    const test = await group();
    const question = test.mara.say(test.chat, '@Ada what?');
    await test.settle();
    const edit = test.mara.edit(test.chat, question, '@Ada who?');
    await test.settle();
    test.mara.redact(test.chat, question);
    await test.settle();
    const who = { chat: test.chat, message: question, by: test.mara.id };
    expect(test.published('MessageEdited').map(({ data }) => data)).toEqual([{ ...who, edit }]);
    expect(test.published('MessageRedacted').map(({ data }) => data)).toEqual([who]);
  });

  it('publishes that a request was taken back before its turn came', async () => {
    const test = await group();
    test.runtime.answer(async function* (_request, signal) {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      yield { type: 'text', text: '' };
    });
    test.mara.say(test.chat, '@Ada what?');
    const second = test.mara.say(test.chat, '@Bruno what?');
    await test.settle();
    test.mara.redact(test.chat, second);
    await test.settle();
    expect(test.published('SpeakReleased').map(({ data }) => [data.speaker, data.how])).toEqual([
      ['agent:bruno', 'withdrawn'],
    ]);
  });

  it('publishes that a message was dropped because the network does not take it', async () => {
    const test = await group();
    test.bridge.network.faults.failNext(
      'send',
      1,
      'before',
      () => new ParleyError('BRIDGE_FORBIDDEN', 'You may not send here.'),
    );
    test.mara.say(test.chat, '@Ada what?');
    await test.settle();
    expect(test.published('DeliveryFailed').map(({ data }) => [data.agent, data.code])).toEqual([
      ['ada', 'BRIDGE_FORBIDDEN'],
    ]);
  });
});

describe('a room', () => {
  it('publishes that it is there, who comes and goes, what changes, and that none of us is left', async () => {
    const test = await group();
    test.mara.setTopic(test.chat, 'Plans');
    test.mara.kick(test.chat, '@tom');
    await test.settle();
    test.mara.kick(test.chat, '@agent-ada');
    test.mara.kick(test.chat, '@agent-bruno');
    await test.settle();
    expect(test.published('ChatCreated').map(({ key }) => key)).toEqual([test.chat]);
    expect(test.published('InvitationAccepted').map(({ data }) => data.agent)).toEqual(['ada', 'bruno']);
    expect(test.published('ParticipantJoined').map(({ data }) => data.member)).toContain('agent:ada');
    expect(test.published('ParticipantLeft').map(({ data }) => [data.member, data.why])).toEqual([
      ['memory:@tom', 'kicked'],
      ['agent:ada', 'kicked'],
      ['agent:bruno', 'kicked'],
    ]);
    expect(test.published('ChatUpdated').flatMap(({ data }) => data.changed)).toContain('topic');
    expect(test.published('ChatClosed')).toHaveLength(1);
  });
});

describe('subscribers', () => {
  const talk = async (handle: () => Promise<void>, at: TestParley) => {
    at.parley.bus.subscribe({ group: 'x', topics: eventTopics, durable: true, attempts: 3, most: 10, handle });
    const mara = at.bridge.person('mara');
    const chat = mara.dm('@agent-ada');
    await at.settle();
    for (let number = 0; number < 5; number += 1) mara.say(chat, `${number}`);
    await at.settle();
    return at.answers(chat).map(({ text }) => text);
  };

  it.each([
    ['never end', () => new Promise<void>(() => undefined)],
    ['fail', () => Promise.reject(new Error('The subscriber failed.'))],
    [
      'throw at once',
      () => {
        throw new Error('The subscriber failed.');
      },
    ],
  ])('that %s delay no answer: all are there before any time has passed', async (_what, handle) => {
    const test = await testParley();
    const begun = test.clock.now();
    expect(await talk(handle, test)).toHaveLength(5);
    expect(test.clock.now()).toBe(begun);
  });
});
