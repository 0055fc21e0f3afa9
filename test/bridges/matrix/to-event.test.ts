import { describe, expect, it } from 'vitest';
import { toEvent } from '../../../bridges/matrix/to-event.ts';
import { converted, rawEvent, received, said } from './events.ts';
import { names } from './fake-world.ts';

const member = (content: object, changes: object = {}) =>
  converted({ type: 'm.room.member', state_key: '@mara:parley.test', content, ...changes });
const outcome = (changes: Record<string, unknown>) => toEvent(rawEvent(changes), names, received).kind;

describe('a message from Matrix', () => {
  it('says where, when and by whom', () => {
    expect(converted()).toEqual({
      _id: 'matrix:$mrIjYGkmWyxM3QXnlYTGbnXdEKKGzkTR2Ekm8Jm4Nzg',
      chat: 'matrix:!nKj3mKzSgGdH0M7SkLbXAvBH7bIvV6ZqDq8xI0oY6bA',
      from: 'matrix:@mara:parley.test',
      fromPerson: null,
      timestamp: 1_700_000_000_000,
      messageType: 'text',
      text: 'hello',
      attachment: null,
      replyTo: null,
      thread: null,
      mentions: [],
    });
  });

  it('may be a notice, an emote or a place', () => {
    expect(said({ msgtype: 'm.notice' })).toMatchObject({ messageType: 'notice' });
    expect(said({ msgtype: 'm.emote', body: 'waves' })).toMatchObject({ messageType: 'emote', text: 'waves' });
    const place = { msgtype: 'm.location', body: 'Office', geo_uri: 'geo:52.5,13.4' };
    expect(said(place)).toMatchObject({ messageType: 'location', text: 'Office (geo:52.5,13.4)' });
  });

  it('may bring an image with a caption, or a voice note', () => {
    const image = { msgtype: 'm.image', url: 'mxc://parley.test/AbC', filename: 'bee.jpg', body: 'What is this?' };
    expect(said({ ...image, info: { mimetype: 'image/jpeg', size: 512, w: 1 } })).toMatchObject({
      messageType: 'image',
      text: 'What is this?',
      attachment: { name: 'bee.jpg', mimeType: 'image/jpeg', size: 512, source: 'mxc://parley.test/AbC' },
    });
    const voice = {
      msgtype: 'm.audio',
      url: 'mxc://parley.test/v',
      body: 'Voice message',
      'org.matrix.msc3245.voice': {},
    };
    expect(said({ ...voice, info: { size: -1, mimetype: 'x' } })).toMatchObject({
      messageType: 'audio',
      attachment: { size: null, mimeType: 'application/octet-stream', voice: { seconds: null } },
    });
    const lengthOf = (more: object) => {
      const read = said({ ...voice, ...more });
      return 'attachment' in read ? read.attachment?.voice : null;
    };
    expect(lengthOf({ 'org.matrix.msc1767.audio': { duration: 12_300, waveform: [1, 2] } })).toEqual({ seconds: 12 });
    expect(lengthOf({ info: { duration: 3_000 } })).toEqual({ seconds: 3 });
    for (const duration of [-1, 'long', 1e12, null, {}])
      expect(lengthOf({ info: { duration } })).toEqual({ seconds: null });
    expect(lengthOf({ 'org.matrix.msc3245.voice': 'yes' })).toBeUndefined();
    expect(lengthOf({ msgtype: 'm.file' })).toBeUndefined();
    expect(said({ msgtype: 'm.file', body: 'f', url: 'http://evil.test/x' })).toMatchObject({ attachment: null });
  });

  it('that replies, loses what older clients quote, but no quotation of its own', () => {
    const relation = { 'm.relates_to': { 'm.in_reply_to': { event_id: '$root' } } };
    const body = '> <@ada:parley.test> first line\n> second\n\nI agree';
    expect(said({ body, ...relation })).toMatchObject({ text: 'I agree', replyTo: 'matrix:$root' });
    expect(said({ body: '> * <@ada:parley.test> waves\n\nhi', ...relation })).toMatchObject({ text: 'hi' });
    expect(said({ body: '> a proverb\n\nTrue.' })).toMatchObject({ text: '> a proverb\n\nTrue.' });
  });

  it('in a thread replies only where it does not fall back', () => {
    const thread = { rel_type: 'm.thread', event_id: '$root', 'm.in_reply_to': { event_id: '$other' } };
    const places = { thread: 'matrix:$root' };
    expect(said({ 'm.relates_to': { ...thread, is_falling_back: true } })).toMatchObject({ ...places, replyTo: null });
    expect(said({ 'm.relates_to': thread })).toMatchObject({ ...places, replyTo: 'matrix:$other' });
  });

  it('mentions by list, or else by pill; never the whole room', () => {
    const pill =
      '<a href="https://matrix.to/#/@agent-ada:parley.test">Ada</a> <a href="https://matrix.to/#/!room:x">r</a>';
    const both = ['agent:ada', 'matrix:@tom:elsewhere.test'];
    const user_ids = ['@agent-ada:parley.test', '@tom:elsewhere.test', '@tom:elsewhere.test', 7, 'nobody'];
    expect(said({ 'm.mentions': { user_ids, room: true }, formatted_body: pill })).toMatchObject({ mentions: both });
    expect(said({ formatted_body: pill })).toMatchObject({ mentions: ['agent:ada'] });
    expect(said({ formatted_body: '<a href="matrix:u/agent-ada:parley.test">x</a>' })).toMatchObject({
      mentions: ['agent:ada'],
    });
    expect(said({ formatted_body: pill, 'm.mentions': {} })).toMatchObject({ mentions: [] });
    expect(said({ formatted_body: `<mx-reply>${pill}</mx-reply>yes` })).toMatchObject({ mentions: [] });
    const unclosed = { formatted_body: '<mx-reply>'.repeat(6_500) };
    // To look for each end anew would outlast the time that a test has.
    for (let count = 0; count < 50; count += 1) expect(said(unclosed)).toMatchObject({ mentions: [] });
    const twice = `<mx-reply>${pill}<MX-REPLY></mx-reply>${pill}</mx-reply><mx-reply>`;
    expect(said({ formatted_body: twice })).toMatchObject({ mentions: [expect.any(String)] });
    expect(
      said({ formatted_body: pill.replace('@', '%40').replace('parley.test', 'parley.test?via=x') }),
    ).toMatchObject({
      mentions: ['agent:ada'],
    });
  });

  it('edits another one', () => {
    const edit = {
      body: '* better',
      'm.new_content': { msgtype: 'm.text', body: 'better', 'm.mentions': { user_ids: ['@agent-ada:parley.test'] } },
      'm.relates_to': { rel_type: 'm.replace', event_id: '$target' },
    };
    const becomes = {
      messageType: 'edit',
      target: 'matrix:$target',
      newType: 'text',
      text: 'better',
      mentions: ['agent:ada'],
    };
    expect(said(edit)).toMatchObject(becomes);
    expect(said({ ...edit, 'm.new_content': undefined })).toMatchObject({
      messageType: 'unreadable',
      why: 'malformed',
    });
  });

  it('loses control characters and lone surrogates', () => {
    expect(said({ body: 'a\u0000b\u001b[31m\r\nc\tö\uD800' })).toMatchObject({ text: 'ab[31m\nc\tö\uFFFD' });
  });

  it('that is empty because it was redacted is nothing', () => {
    const redacted = { content: {}, unsigned: { redacted_because: { type: 'm.room.redaction' } } };
    expect(outcome(redacted)).toBe('nothing');
    expect(outcome({ ...redacted, type: 'm.reaction' })).toBe('nothing');
  });

  it('of another kind is unreadable', () => {
    expect(said({ msgtype: 'm.key.verification.request' })).toMatchObject({
      messageType: 'unreadable',
      why: 'unknown',
    });
    expect(said({ msgtype: 'constructor' })).toMatchObject({ why: 'unknown' });
    expect(said({ body: 7 })).toMatchObject({ why: 'malformed' });
    expect(converted({ type: '__proto__' })).toMatchObject({ why: 'unknown', externalType: '__proto__' });
    expect(converted({ type: 'm.room.encrypted', content: { algorithm: 'm.megolm.v1.aes-sha2' } })).toMatchObject({
      messageType: 'unreadable',
      why: 'encrypted',
      externalType: 'm.room.encrypted',
    });
  });
});

describe('a reaction or redaction from Matrix', () => {
  it('has a target and a bare emoji', () => {
    const relation = { rel_type: 'm.annotation', event_id: '$target', key: '👍\uFE0F' };
    expect(converted({ type: 'm.reaction', content: { 'm.relates_to': relation } })).toMatchObject({
      messageType: 'reaction',
      target: 'matrix:$target',
      key: '👍',
    });
    expect(converted({ type: 'm.reaction', content: {} })).toMatchObject({ why: 'malformed' });
  });

  it('names what is redacted at the top or in the content', () => {
    const target = { messageType: 'redaction', target: 'matrix:$target' };
    expect(converted({ type: 'm.room.redaction', content: { redacts: '$target' } })).toMatchObject(target);
    expect(converted({ type: 'm.room.redaction', content: {}, redacts: '$target' })).toMatchObject(target);
    expect(converted({ type: 'm.room.redaction', content: {} })).toMatchObject({ why: 'malformed' });
  });
});

describe('a membership from Matrix', () => {
  const join = { membership: 'join', displayname: 'Mara' };

  it('tells who came, was invited, was banned', () => {
    expect(member(join)).toMatchObject({
      messageType: 'membership',
      change: 'joined',
      member: 'matrix:@mara:parley.test',
      name: 'Mara',
    });
    const invite = { state_key: '@agent-ada:parley.test' };
    expect(member({ membership: 'invite' }, invite)).toMatchObject({
      change: 'invited',
      member: 'agent:ada',
      name: null,
    });
    expect(member({ membership: 'ban' }, invite)).toMatchObject({ change: 'banned' });
  });

  it('tells leaving from being kicked, and lifting a ban is nothing', () => {
    expect(member({ membership: 'leave' })).toMatchObject({ change: 'left' });
    const kicked = { state_key: '@agent-ada:parley.test', content: { membership: 'leave' }, type: 'm.room.member' };
    expect(converted(kicked)).toMatchObject({ change: 'kicked', from: 'matrix:@mara:parley.test' });
    expect(outcome({ ...kicked, unsigned: { prev_content: { membership: 'ban' } } })).toBe('nothing');
  });

  it('tells a new name from a new picture', () => {
    const before = { unsigned: { prev_content: join } };
    expect(member({ ...join, displayname: 'Mara S' }, before)).toMatchObject({ change: 'renamed', name: 'Mara S' });
    const picture = {
      type: 'm.room.member',
      state_key: '@mara:parley.test',
      content: { ...join, avatar_url: 'mxc://a/b' },
    };
    expect(outcome({ ...picture, ...before })).toBe('nothing');
  });

  it('of our own agents is told, what they say is not', () => {
    const ada = { sender: '@agent-ada:parley.test', state_key: '@agent-ada:parley.test' };
    expect(member(join, ada)).toMatchObject({ from: 'agent:ada', member: 'agent:ada' });
    expect(outcome({ sender: '@agent-ada:parley.test' })).toBe('nothing');
    expect(outcome({ sender: '@parley:parley.test', type: 'm.room.power_levels', state_key: '' })).toBe('nothing');
  });

  it('does not take a name for an agent', () => {
    expect(converted({ sender: '@agent-ada:elsewhere.test' })).toMatchObject({
      from: 'matrix:@agent-ada:elsewhere.test',
    });
    expect(converted({ sender: '@agent-ada:parleyxtest' })).toMatchObject({ from: 'matrix:@agent-ada:parleyxtest' });
    expect(member({ ...join, displayname: 'Ada' })).toMatchObject({ member: 'matrix:@mara:parley.test' });
  });
});

describe('a room from Matrix', () => {
  it('tells its name, topic and encryption', () => {
    const state = (type: string, content: object) => converted({ type, state_key: '', content });
    expect(state('m.room.name', { name: 'Garden' })).toMatchObject({ messageType: 'room', name: 'Garden' });
    expect(state('m.room.name', {})).toMatchObject({ name: '' });
    expect(state('m.room.topic', { topic: 'Bees' })).toMatchObject({ topic: 'Bees' });
    expect(state('m.room.encryption', { algorithm: 'x' })).toMatchObject({ messageType: 'room', encrypted: true });
    expect(state('m.room.name', { name: 7 })).toMatchObject({ why: 'malformed' });
    expect(converted({ type: 'm.room.name', content: { name: 'not state' } })).toMatchObject({ why: 'unknown' });
  });
});

describe('what is malformed', () => {
  it('is put on record where it has an id, a room and a sender', () => {
    for (const changes of [
      { content: 'x' },
      { content: undefined },
      { origin_server_ts: 'now' },
      { type: 7 },
      { type: '' },
    ]) {
      expect(converted(changes)).toMatchObject({ messageType: 'unreadable', why: 'malformed' });
    }
    expect(converted({ origin_server_ts: null }).timestamp).toBe(received);
  });

  it('is not usable otherwise', () => {
    const bad = [
      { event_id: '' },
      { event_id: 'x' },
      { event_id: `$${'x'.repeat(300)}` },
      { room_id: '#a:b' },
      { sender: 'mara' },
    ];
    const forged = ['@mara', '@a:b c', '@a\n:b', '@a:b/c', '@\uD800:b', `@${'x'.repeat(255)}:b`].map(sender => ({
      sender,
    }));
    for (const changes of [...bad, ...forged]) expect(outcome(changes), JSON.stringify(changes)).toBe('unusable');
    for (const raw of [null, 7, 'x', [], {}]) expect(toEvent(raw, names, received).kind).toBe('unusable');
  });
});
