import type { MembershipChanged, Unreadable } from '../../src/core/message.ts';
import { cleanLine, isUserId } from './grammar.ts';
import type { MatrixNames } from './names.ts';
import { isRecord, type RawEvent } from './raw-event.ts';

const longestName = 255;

/** https://spec.matrix.org/v1.16/client-server-api/#mroommember */
export function toMembership(event: RawEvent, names: MatrixNames): MembershipChanged | Unreadable | 'malformed' | null {
  if (!isUserId(event.state_key)) return 'malformed';
  const before = formerContent(event);
  const change = changeOf(event, before);
  if (change === null || change === 'malformed') return change;
  if (change === 'unknown') return { messageType: 'unreadable', why: 'unknown', externalType: 'm.room.member' };
  const name = displayName(event.content) ?? (change === 'left' ? displayName(before) : null);
  return { messageType: 'membership', member: names.member(event.state_key), change, name };
}

type Change = MembershipChanged['change'] | 'unknown' | 'malformed' | null;

function changeOf(event: RawEvent, before: Record<string, unknown>): Change {
  switch (event.content.membership) {
    case 'invite':
      return 'invited';
    case 'ban':
      return 'banned';
    case 'knock':
      return 'unknown';
    case 'join':
      if (before.membership !== 'join') return 'joined';
      // Joined twice in a row is a change of the profile; a new avatar is no news.
      return displayName(before) === displayName(event.content) ? null : 'renamed';
    case 'leave':
      if (event.sender === event.state_key) return 'left';
      // To lift a ban also makes somebody "leave".
      return before.membership === 'ban' ? null : 'kicked';
    default:
      return 'malformed';
  }
}

/** Where the state was before; homeservers put it into `unsigned`, older ones at the top. */
function formerContent(event: RawEvent): Record<string, unknown> {
  const former = event.unsigned?.prev_content ?? event.prev_content;
  return isRecord(former) ? former : {};
}

function displayName(content: Record<string, unknown>): string | null {
  const name = content.displayname;
  return typeof name === 'string' ? cleanLine(name, longestName).trim() || null : null;
}
