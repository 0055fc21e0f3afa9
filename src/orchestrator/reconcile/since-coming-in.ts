import type { Chat } from '../../core/chat.ts';
import { type AgentId, agentOf } from '../../core/ids.ts';
import type { ChatEvent, MembershipChanged } from '../../core/message.ts';
import { own } from '../../core/own.ts';

/**
 * The events that are an agent's business, of the latest ones of a room: those since its invitation, or since its joining where nobody had to
 * invite it. `isWhole` where it can't have been there before them. Pure.
 */
export function sinceComingIn(
  agent: AgentId,
  chat: Pick<Chat, 'invitations'>,
  events: readonly ChatEvent[],
): { readonly events: readonly ChatEvent[]; readonly isWhole: boolean } {
  const did =
    (...changes: MembershipChanged['change'][]) =>
    (event: ChatEvent) =>
      event.messageType === 'membership' && agentOf(event.member) === agent && changes.includes(event.change);
  const out = events.findLastIndex(did('left', 'kicked', 'banned'));
  const invited = events.findLastIndex(did('invited'));
  if (invited > out) return { events: events.slice(invited), isWhole: true };
  // It was invited before all of them, and has been here since.
  if (out < 0 && own(chat.invitations, agent) !== undefined) return { events, isWhole: false };
  const stay = events.slice(out + 1);
  const joined = stay.findIndex(did('joined'));
  return joined < 0 ? { events: stay, isWhole: out >= 0 } : { events: stay.slice(joined), isWhole: true };
}
