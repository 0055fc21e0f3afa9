import type { Chat } from '../chat.ts';
import { agentOf, type MessageId, type TurnId } from '../ids.ts';
import type { Envelope, MembershipChanged } from '../message.ts';
import { event, type NewEvent } from './event.ts';

const silent: ReadonlySet<string> = new Set(['version', 'updatedAt', 'lastActivity', 'invitations']);

/** That a chat is not what it was, if anything is to be told of it. Pure. */
export function chatChanges(before: Chat, after: Chat, cause: MessageId | TurnId | null = null): NewEvent[] {
  if (before.version === after.version) return [];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof Chat)[]);
  const differs = (field: keyof Chat): boolean => JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  const changed = [...fields].filter(field => !silent.has(field) && differs(field));
  if (changed.length === 0) return [];
  return [event('ChatUpdated', { chat: after._id, version: after.version, changed }, cause)];
}

/** What somebody's coming or going tells, and the chat after it. Pure. */
export function memberChanges(
  { _id, chat, from, member, change }: Envelope & MembershipChanged,
  now: Chat,
): NewEvent[] {
  if (change === 'joined') return [event('ParticipantJoined', { chat, member, cause: _id }, _id)];
  if (change === 'invited' || change === 'renamed') return [];
  const left = event('ParticipantLeft', { chat, member, by: from, why: change, cause: _id }, _id);
  const empty = agentOf(member) !== null && now.participants.every(other => agentOf(other) === null);
  return empty ? [left, event('ChatClosed', { chat, cause: _id }, _id)] : [left];
}
