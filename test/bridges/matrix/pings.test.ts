import { expect, it } from 'vitest';
import { mightPing } from '../../../bridges/matrix/pings.ts';
import { toEvent } from '../../../bridges/matrix/to-event.ts';
import { names } from './fake-world.ts';

/** A display name as Parley comes to know it. */
function known(displayname: string): string {
  const member = { type: 'm.room.member', sender: '@p:parley.test', state_key: '@p:parley.test' };
  const content = { membership: 'join', displayname };
  const raw = { ...member, event_id: '$1', room_id: '!r:parley.test', origin_server_ts: 1, content };
  const result = toEvent(raw, names, 1);
  if (result.kind !== 'event' || result.event.messageType !== 'membership') throw new Error('It is no member.');
  return result.event.name ?? '';
}

it.each([
  ['山田\u3000太郎', '山田\u3000太郎、こんにちは'],
  ['Mara\u00a0Lee', 'Thanks, Mara\u00a0Lee!'],
  ['Thomas', 'Hello Thomaſ'],
  ['Νίκος', 'ΝΊΚΟΣ γεια'],
  ['Kim', '\u212Aim'],
  ['Mara', 'hello MARA'],
])('a name set as %j could be pinged by %j', (set, said) => {
  expect(mightPing(said, [known(set)])).toBe(true);
});

it('a text without anybody’s name pings nobody, and one with @room may ping all', () => {
  expect(mightPing('Hello Lara', ['@mara:parley.test', 'Mara'])).toBe(false);
  expect(mightPing('to the @Room', [])).toBe(true);
  expect(mightPing('anything', null)).toBe(true);
});
