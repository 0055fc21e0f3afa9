import { agentMember, agentOf, type MessageId } from '../ids.ts';
import { type ChatEvent, isSaid, type Said } from '../message.ts';
import type { Turn } from '../turn.ts';
import { event, type NewEvent } from './event.ts';

/** What came in that somebody else than our agents said. Pure. */
export const received = (events: readonly ChatEvent[]): NewEvent[] =>
  events.flatMap(message => {
    if (!isSaid(message) || agentOf(message.from) !== null) return [];
    const { _id, chat, from, fromPerson, messageType, replyTo, thread } = message;
    return [event('MessageReceived', { chat, message: _id, from, fromPerson, messageType, replyTo, thread }, _id)];
  });

/** That a message of a turn stands in the room. Pure. */
export function sent(
  turn: Turn,
  given: { readonly message: MessageId; readonly part: number; readonly messageType: Said['messageType'] },
): NewEvent {
  const { _id, chat, agent, trigger, thread, hop } = turn;
  return event('MessageSent', { chat, agent, turn: _id, hop: hop + 1, replyTo: trigger, thread, ...given }, _id);
}

/** That a turn took a message of its own out of the room. Pure. */
export const takenBack = (turn: Turn, message: MessageId): NewEvent =>
  event('MessageRedacted', { chat: turn.chat, message, by: agentMember(turn.agent) }, turn._id);
