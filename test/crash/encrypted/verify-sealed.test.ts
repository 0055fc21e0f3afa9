import { describe, expect, it } from 'vitest';
import { useOf } from './key-uses.ts';
import { readingFaults, reusedKeys, type SeenEvent } from './verify-sealed.ts';

const reader = '@otto:parley.test';
const ada = '@agent-ada:parley.test';

/** A room into which the reader came after `before`. */
function faultsOf({
  before = [],
  after = [],
}: {
  readonly before?: SeenEvent[];
  readonly after?: SeenEvent[];
}): string[] {
  const coming = event({ type: 'm.room.member', state_key: reader, content: { membership: 'join' } });
  return readingFaults({ room: '!room', reader, events: [...before, coming, ...after] }).map(({ kind }) => kind);
}

function event(more: Partial<SeenEvent['raw']>, { body = 'hello', failure = null as string | null } = {}): SeenEvent {
  const base = { event_id: '$1', sender: ada, type: 'm.room.encrypted', content: {}, origin_server_ts: 1, ...more };
  return { raw: base, shown: { ...base, content: { msgtype: 'm.text', body }, seenAt: 1 }, failure };
}

describe('the crash test of encrypted rooms', () => {
  it('is content where everybody could read all that was said since they came', () => {
    expect(faultsOf({ before: [event({}, { failure: 'no key' })], after: [event({})] })).toEqual([]);
  });

  it('sees what somebody could not read, and that they never came', () => {
    expect(faultsOf({ after: [event({}), event({}, { failure: 'no key' })] })).toEqual(['undecryptable']);
    expect(readingFaults({ room: '!room', reader, events: [event({})] })).toHaveLength(1);
  });

  it('sees what an agent says in the clear, and that it could not read something', () => {
    expect(faultsOf({ after: [event({ type: 'm.room.message' })] })).toEqual(['in the clear']);
    const unread = { body: 'I can’t read a message of Otto, as the key to it has not come.' };
    expect(faultsOf({ after: [event({}, unread)] })).toEqual(['unread']);
    expect(faultsOf({ after: [event({ sender: reader, type: 'm.room.message' })] })).toEqual([]);
  });
});

describe('a message key', () => {
  const sealed = (index: number, text: string, session_id = 'one') =>
    useOf({ session_id, ciphertext: Buffer.from([3, 8, index, ...Buffer.from(text)]).toString('base64') });
  const faults = (...uses: ReturnType<typeof sealed>[]): number => reusedKeys(uses.filter(use => use !== null)).length;

  it('may be sent again with the same message', () => {
    expect(faults(sealed(0, 'hello'), sealed(0, 'hello'), sealed(1, 'hello'), sealed(0, 'hello', 'two'))).toBe(0);
  });

  it('is used twice where it encrypts another one', () => {
    expect(faults(sealed(0, 'hello'), sealed(1, 'hello'), sealed(0, 'other'))).toBe(1);
  });

  it('is not there where nothing is encrypted', () => {
    expect(useOf({ body: 'hello' })).toBeNull();
  });
});
