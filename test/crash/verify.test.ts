import { describe, expect, it } from 'vitest';
import { type Content, RoomView } from '../e2e/driver/room-view.ts';
import { expectedSpeakers, expectedText, nextMessage } from './exchange.ts';
import { Random } from './random.ts';
import { stepsIn } from './steps.ts';
import { verifyRoom } from './verify.ts';

const agents = { Ada: '@ada', Bruno: '@bruno', parley: '@parley' };

/** A room whose timeline is told in lines: who says what, with which mark. */
class Story {
  readonly view = new RoomView();
  #count = 0;

  says(sender: string, body: string, more: Content = {}): string {
    this.#count += 1;
    const event_id = `$${this.#count}`;
    const content = { msgtype: 'm.text', body, ...more };
    const base = { event_id, type: 'm.room.message', sender, origin_server_ts: this.#count, seenAt: this.#count };
    this.view.add({ ...base, content });
    return event_id;
  }

  answers(sender: string, trigger: string, body: string, more: Content = {}): string {
    return this.says(sender, body, {
      'net.parley': { turn: `${trigger}/${sender}`, part: 0, state: 'complete', trigger, ...more },
    });
  }

  notices(sender: string, trigger: string, body: string): string {
    const mark = { turn: `${trigger}/${sender}`, part: 0, state: 'complete', trigger };
    return this.says(sender, body, { msgtype: 'm.notice', 'net.parley': mark });
  }

  faults(partner?: string): string[] {
    return verifyRoom({ id: '!room', view: this.view, partner, agents }).faults.map(fault => fault.kind);
  }
}

describe('the crash test sees', () => {
  it('that all is well', () => {
    const story = new Story();
    story.answers('@ada', '', 'Hello, I am Ada.', { trigger: null });
    const one = story.says('@mara', '@Ada, @Bruno: [[say: yes]]');
    story.answers('@ada', one, 'yes');
    story.answers('@bruno', one, 'I (Bruno) heard: yes');
    expect(story.faults()).toEqual([]);
  });

  it('a message without an answer', () => {
    const story = new Story();
    const one = story.says('@mara', '@Ada, @Bruno: [[say: yes]]');
    story.answers('@ada', one, 'yes');
    expect(story.faults()).toEqual(['missing']);
  });

  it('an answer that stands there twice, as another turn or as the same part', () => {
    const story = new Story();
    const one = story.says('@mara', '[[say: yes]]');
    story.answers('@ada', one, 'yes');
    story.answers('@ada', one, 'yes');
    const two = story.says('@mara', '[[say: no]]');
    story.answers('@ada', two, 'no');
    story.answers('@ada', two, 'no', { turn: 'another' });
    expect(story.faults('Ada')).toEqual(['doubled', 'doubled']);
  });

  it('an answer that never ended, or has other words', () => {
    const story = new Story();
    const one = story.says('@mara', '[[say: yes]]');
    story.answers('@ada', one, 'yes', { state: 'streaming' });
    const two = story.says('@mara', '[[slow: 3 words, 1ms]]');
    story.answers('@ada', two, 'word1 word2 word1 word2 word3');
    expect(story.faults('Ada')).toEqual(['incomplete', 'wrong text']);
  });

  it('answers in the wrong order', () => {
    const story = new Story();
    const one = story.says('@mara', '[[say: yes]]');
    const two = story.says('@mara', '[[say: no]]');
    story.answers('@ada', two, 'no');
    story.answers('@ada', one, 'yes');
    expect(story.faults('Ada')).toEqual(['disorder']);
  });

  it('a hand-over that is not taken, or taken twice', () => {
    const story = new Story();
    const one = story.says('@mara', '@Ada: [[hand-over: Bruno, yes]]');
    const handed = story.answers('@ada', one, 'yes\n@Bruno: over to you');
    expect(story.faults()).toEqual(['hand-over']);
    story.answers('@bruno', handed, 'thank you');
    expect(story.faults()).toEqual([]);
    story.answers('@bruno', handed, 'thank you', { turn: 'another' });
    expect(story.faults()).toEqual(['hand-over']);
  });

  it('a command that was not carried out', () => {
    const story = new Story();
    const one = story.says('@mara', '!agent create Nora "Comes and goes."');
    story.notices('@parley', one, 'There is an agent Nora.');
    expect(story.faults()).toEqual(['wrong text']);
    const two = story.says('@mara', '!floor hold');
    expect(story.faults()).toEqual(['wrong text', 'missing']);
    story.notices('@parley', two, 'The floor is on hold.');
    expect(story.faults()).toEqual(['wrong text']);
  });

  it('a farewell of somebody who was not retired, and a second one', () => {
    const story = new Story();
    story.answers('@ada', '', 'I’m leaving. Goodbye!', { trigger: null });
    expect(story.faults()).toEqual(['life']);
    story.notices('@parley', story.says('@mara', '!agent retire Ada'), 'Ada says goodbye.');
    expect(story.faults()).toEqual([]);
    story.answers('@ada', '', 'I’m leaving. Goodbye!', { trigger: null });
    expect(story.faults()).toEqual(['life']);
  });

  it('a second introduction', () => {
    const story = new Story();
    story.answers('@ada', '', 'Hello', { trigger: null, turn: 'a' });
    story.answers('@ada', '', 'Hello', { trigger: null, turn: 'b' });
    expect(story.faults()).toEqual(['introduced twice']);
  });
});

describe('what people say in the crash test', () => {
  it('is the same for the same seed, and tells its own answer', () => {
    const say = () => nextMessage(new Random(7), { dialogue: false }, 'k1');
    expect(say()).toBe(say());
    expect(expectedSpeakers('@Ada, @Clara: k1 [[say: x]]', undefined)).toEqual(['Ada', 'Clara']);
    expect(expectedSpeakers('k1 [[say: x]]', 'Bruno')).toEqual(['Bruno']);
    expect(expectedText('k1 [[slow: 2 words, 1ms]]')).toBe('word1 word2');
  });
});

describe('the steps to kill at', () => {
  it('are read from the source', () => {
    expect(stepsIn(`step('turn.inserted'); await x; step(\n'part.sent'); progress.step('Store');`)).toEqual([
      'turn.inserted',
      'part.sent',
    ]);
  });
});
