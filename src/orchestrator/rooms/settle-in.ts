import { mayPass } from '../../core/errors.ts';
import { type AgentId, agentOf, type ChatId, type MessageId } from '../../core/ids.ts';
import type { Envelope, MembershipChanged } from '../../core/message.ts';
import type { Installation } from '../installation.ts';
import { noteAccessRights } from '../power/access-rights.ts';
import { recoverMessages } from '../reconcile/recover-messages.ts';
import { topics } from '../topics.ts';
import { agentChatId, markJoined, markSettled } from './agent-chats.ts';
import { refreshChat } from './refresh-chat.ts';

/**
 * Whether one of our agents has come in with this event and has not settled in: then that is begun beside the room's work, as a slow room must not
 * take the place of others. It wakes the room when it is done.
 */
export async function isSettlingIn(parley: Installation, event: Envelope & MembershipChanged): Promise<boolean> {
  const agent = agentOf(event.member);
  if (event.change !== 'joined' || agent === null || !parley.agents.has(agent)) return false;
  const stay = await parley.store.collection('agent_chats').get(agentChatId(agent, event.chat));
  if (stay?.settledFor === event._id) return false;
  parley.queue.wake(topics.arrivals, event._id);
  return true;
}

/** Asks the network who is in the room and what was said since the agent's invitation. May be repeated. */
export async function settleIn(parley: Installation, joining: MessageId): Promise<void> {
  const event = await parley.store.collection('messages').get(joining);
  const agent = event?.messageType === 'membership' ? agentOf(event.member) : null;
  if (event === null || agent === null) return;
  const { chat } = event;
  try {
    await lookAround(parley, agent, chat);
  } catch (error) {
    if (mayPass(error)) throw error;
    parley.log.error({ message: joining, chat, err: error }, 'An agent could not look around in its room.');
  }
  await markSettled(parley, { agent, chat, joining });
  parley.queue.wake(topics.rooms, chat);
}

async function lookAround(parley: Installation, agent: AgentId, id: ChatId): Promise<void> {
  const chat = await refreshChat(parley, id, agent);
  if (chat.chatType === 'group' && chat.accessRights === undefined) await noteAccessRights(parley, chat, null);
  await markJoined(parley, { agent, chat: id });
  // Who makes a direct chat writes at once, but nothing is delivered before the agent is in.
  await recoverMessages(parley, chat);
}
