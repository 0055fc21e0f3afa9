import { may } from '../../core/access.ts';
import type { AgentChat } from '../../core/chat.ts';
import { isParleyError, mayPass } from '../../core/errors.ts';
import { event } from '../../core/events/event.ts';
import type { AgentId } from '../../core/ids.ts';
import type { Envelope } from '../../core/message.ts';
import { canJoin, type JoinsRooms } from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { agentChatId, isOpenInvitation, markInvited } from './agent-chats.ts';
import { refreshChat } from './refresh-chat.ts';

/** Notes an invitation and has it answered beside the room's work: a slow network must not hold up the room. */
export async function noteInvitation(
  agent: AgentId,
  { chat, from }: Pick<Envelope, 'chat' | 'from'>,
  parley: Installation,
): Promise<void> {
  await markInvited(parley, { agent, chat, by: from });
  parley.queue.wake(topics.invitations, agentChatId(agent, chat));
}

/** An invited agent goes in, if whoever invites may do so; else it declines without a word. May be repeated. */
export async function answerInvitation(parley: Installation, id: string): Promise<void> {
  const stay = await parley.store.collection('agent_chats').get(id);
  if (stay === null || !isOpenInvitation(stay) || !parley.agents.has(stay.agent)) return;
  const bridge = bridgeFor(parley, stay.chat);
  if (bridge === null || !canJoin(bridge)) return;
  try {
    await answer(parley, bridge, stay);
  } catch (error) {
    if (!isParleyError(error) || mayPass(error)) throw error;
    parley.log.info({ chat: stay.chat, agent: stay.agent, err: error }, 'An invitation does not hold any more.');
    parley.bus.publish([event('InvitationDeclined', { ...told(stay), why: 'gone' })]);
    await stayOut(parley, stay);
  }
}

async function answer(parley: Installation, bridge: JoinsRooms, stay: AgentChat): Promise<void> {
  const { agent, chat, invitedBy } = stay;
  if (invitedBy !== null && may(invitedBy, 'invite', parley.settings.access)) {
    await bridge.join(chat, agent);
    return comeIn(parley, stay);
  }
  parley.log.info({ chat, agent, by: invitedBy }, 'Declined an invitation: this member may not invite agents.');
  await bridge.leave(chat, agent);
  await parley.bus.keep([event('InvitationDeclined', { ...told(stay), why: 'not allowed' })]);
  await stayOut(parley, stay);
}

/** What is said now is for the agent too, though the event of its joining comes later, or is lost. */
async function comeIn(parley: Installation, stay: AgentChat): Promise<void> {
  await refreshChat(parley, stay.chat, stay.agent);
  parley.bus.publish([event('InvitationAccepted', told(stay))]);
  await settle(parley, { ...stay, joinedAt: parley.clock.now() });
}

const told = ({ chat, agent, invitedBy, version }: AgentChat) => ({ chat, agent, by: invitedBy, version });

const stayOut = (parley: Installation, stay: AgentChat): Promise<void> =>
  settle(parley, { ...stay, leftAt: parley.clock.now(), leftWhy: 'left' });

/** Only as it was read: who was put out meanwhile stays out, and an invitation that came meanwhile is looked at next. */
async function settle({ store }: Installation, stay: AgentChat): Promise<void> {
  await store.collection('agent_chats').replace(stay);
}
