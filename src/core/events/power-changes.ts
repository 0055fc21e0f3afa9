import type { Chat } from '../chat.ts';
import type { AgentId, ChatId, MemberId, MessageId } from '../ids.ts';
import { type PowerChange, powerEntries } from '../power.ts';
import { event, type NewEvent } from './event.ts';

const levelPrefix = 'level:';

/** That Parley changed who may speak in a room. Pure. */
export function powerChanged(
  chat: ChatId,
  by: AgentId,
  { change, at }: { readonly change: PowerChange; readonly at: number },
): NewEvent {
  const levels = powerEntries(change).flatMap(([setting, { to }]) =>
    setting.startsWith(levelPrefix) ? [{ member: setting.slice(levelPrefix.length) as MemberId, level: to }] : [],
  );
  return event('PowerChanged', { chat, by, change: String(at), sendLevel: change.send?.to ?? null, levels });
}

type Rights = NonNullable<Chat['accessRights']>;

/** Whose rights in a chat are others than before. Pure. */
export function accessChanges(
  { chat, by, cause }: { readonly chat: ChatId; readonly by: MemberId; readonly cause: MessageId },
  before: Rights,
  after: Rights,
): NewEvent[] {
  const members = [...new Set([...Object.keys(before), ...Object.keys(after)])] as MemberId[];
  return members.flatMap(member => {
    const [from, to] = [before[member] ?? null, after[member] ?? null];
    return from === to ? [] : [event('AccessChanged', { chat, by, cause, member, from, to }, cause)];
  });
}
