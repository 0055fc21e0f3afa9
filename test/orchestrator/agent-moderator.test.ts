import { describe, expect, it } from 'vitest';
import { request } from '../../src/core/floor/queue.ts';
import { heldReply, lastText } from '../fakes/runtime.ts';
import { clara, debate, granting, trying } from './debate.ts';

describe('an agent as moderator', () => {
  it('grants the floor by its tool, whoever is first in the queue', async () => {
    const { mara, chat, settle, texts, decisions, published } = await debate(granting('agent:bruno'));
    mara.say(chat, '@Ada, @Bruno: what do you say?');
    await settle();
    expect(texts()).toEqual(['bruno: fine', 'ada: fine']);
    expect(decisions()).toHaveLength(2);
    const by = published('SpeakGranted').map(({ data }) => [data.speaker, data.by]);
    expect(by).toEqual([
      ['agent:bruno', 'agent:clara'],
      ['agent:ada', null],
    ]);
  });

  it('reads who waits and why, and what was said', async () => {
    const { mara, chat, settle, decisions } = await debate(granting('agent:ada'));
    mara.say(chat, '@Ada, @Bruno: what do you say?');
    await settle();
    const [asked] = decisions();
    expect(asked?.agent._id).toBe(clara);
    expect(asked?.conversation.at(-2)?.text).toBe('@Ada, @Bruno: what do you say?');
    expect(asked?.conversation.at(-1)?.from).toBe('agent:parley');
    expect(asked && lastText(asked)).toContain(
      '{"id":"agent:ada","name":"Ada","reason":"asked by Mara"}\n{"id":"agent:bruno"',
    );
  });

  it('is heard only with a grant, and gives its reason', async () => {
    const { mara, chat, settle, texts, published, play } = await debate(
      granting('agent:bruno', { reason: 'figures\nfirst', words: 'Bruno, please.' }),
    );
    mara.say(chat, '@Bruno?');
    await settle();
    expect(texts().toSorted()).toEqual(['bruno: fine', 'clara: Bruno, please.']);
    expect(published('SpeakGranted')[0]?.data.reason).toBe('called by Clara: figures first; asked by Mara');
    play(() => 'I would say, Ada is next.');
    mara.say(chat, '@Ada?');
    await settle();
    expect(texts()).toHaveLength(3);
  });

  it('grants to people who raised their hand, too', async () => {
    const { mara, tom, chat, act, clock, settle, floor } = await debate(granting('Tom'));
    await act(now => ({ ...now, held: true }));
    mara.say(chat, '@Ada?');
    await settle();
    const hand = { kind: 'person', person: tom.id, reason: 'asked for the floor', since: clock.now() } as const;
    await act(now => request({ ...now, held: false }, hand));
    expect((await floor()).currentSpeaker).toMatchObject({ person: tom.id });
  });

  it('can call only who waits, and is told who does', async () => {
    const notes: string[] = [];
    const { mara, chat, settle, texts } = await debate(trying('agent:bruno', notes));
    mara.say(chat, '@Ada?');
    await settle();
    expect(notes).toEqual(['Not granted: nobody of that id waits. These do: agent:ada.']);
    expect(texts()).toEqual(['ada: fine']);
  });

  it('calls by name only where the name is no other’s, whatever people call themselves', async () => {
    const notes: string[] = [];
    const { mara, tom, chat, act, clock, settle, floor } = await debate(trying('Bruno', notes));
    await act(now => ({ ...now, held: true }));
    tom.rename(chat, 'Bruno');
    mara.say(chat, '@Ada, @Bruno?');
    await settle();
    const hand = { kind: 'person', person: tom.id, reason: 'asked for the floor', since: clock.now() } as const;
    await act(now => request({ ...now, held: false }, hand));
    expect(notes[0]).toContain('Not granted: nobody of that id waits.');
    expect((await floor()).currentSpeaker).toMatchObject({ person: tom.id });
  });

  it('is named to whoever asks while it decides', async () => {
    const { mara, chat, settle, answers } = await debate(heldReply().script);
    mara.say(chat, '@Ada?');
    await settle();
    mara.say(chat, '!floor');
    await settle();
    expect(answers(chat).at(-1)?.text).toContain('Nobody speaks; Clara decides who is next.');
  });

  it('that is the only one who waits speaks without being asked whether it may', async () => {
    const { mara, chat, settle, texts, decisions } = await debate(granting('agent:clara'));
    mara.say(chat, '@Clara?');
    await settle();
    expect(texts()).toEqual(['clara: fine']);
    expect(decisions()).toEqual([]);
    mara.say(chat, '@Ada, @Clara?');
    await settle();
    expect(texts()).toEqual(['clara: fine', 'clara: fine', 'ada: fine']);
  });

  it('begins nothing while the floor is held, but may end what it has begun', async () => {
    const { mara, chat, settle, texts, decisions } = await debate(granting('agent:ada'));
    mara.say(chat, '!floor hold');
    await settle();
    const before = texts().length;
    mara.say(chat, '@Ada?');
    await settle();
    expect(decisions()).toEqual([]);
    mara.say(chat, '!floor resume');
    await settle();
    expect(texts().slice(before)).toContain('ada: fine');
  });
});
