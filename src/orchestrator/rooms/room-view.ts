import type { Chat, Invitation } from '../../core/chat.ts';
import { type AgentId, agentOf, externalIdOf, type MemberId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import { own } from '../../core/own.ts';
import type { AgentCard, Room } from '../../core/room.ts';
import type { Installation } from '../installation.ts';

/** A member's display name as far as it is known, else what their address begins with. */
export function displayName(chat: Chat, member: MemberId, agents: Installation['agents']): string {
  const agent = agentOf(member);
  if (agent !== null) return agents.get(agent)?.name ?? agent;
  return chat.names[member] ?? externalIdOf(member).replace(/^@/, '').replace(/:.*$/, '');
}

/** Our agents in a chat, in the order of the configuration. */
export function agentsIn(parley: Pick<Installation, 'agents'>, chat: Chat): AgentCard[] {
  const ids = chat.participants.map(agentOf).filter(id => id !== null);
  return ids.flatMap(id => parley.agents.get(id) ?? []).sort((a, b) => a.place - b.place);
}

/** Those of them that a message may be for: who was invited after it was said is to answer nothing of before. */
export function agentsFor(parley: Pick<Installation, 'agents'>, chat: Chat, message: SaidMessage): AgentCard[] {
  return agentsIn(parley, chat).filter(({ _id }) => {
    const invited = own(chat.invitations, _id);
    return invited === undefined || isSince(invited, _id, message);
  });
}

/** The log tells, as no two servers have the same clock; of what was found late, its place in the room. */
const isSince = (invited: Invitation, agent: AgentId, { foundBefore, order, editOrder }: SaidMessage): boolean =>
  foundBefore ? !foundBefore.includes(agent) : (editOrder ?? order) > invited.order;

/** What the floor needs to know of a room to decide about a message. */
export async function roomFor(parley: Installation, chat: Chat, message: SaidMessage): Promise<Room> {
  const messages = parley.store.collection('messages');
  const repliedTo = message.replyTo === null ? null : await messages.get(message.replyTo);
  return {
    chatType: chat.chatType,
    agents: agentsFor(parley, chat, message),
    people: chat.participants
      .filter(member => agentOf(member) === null)
      .map(id => ({ id, name: displayName(chat, id, parley.agents) })),
    repliedTo: repliedTo?.from ?? null,
    threadAgent: message.thread === null ? null : await threadAgent(parley, message.thread),
  };
}

async function threadAgent(parley: Installation, root: NonNullable<SaidMessage['thread']>): Promise<AgentId | null> {
  const message = await parley.store.collection('messages').get(root);
  const author = message === null ? null : agentOf(message.from);
  if (author !== null) return author;
  const [turn] = await parley.store.collection('turns').find({ where: { trigger: root }, limit: 1 });
  return turn?.agent ?? null;
}
