import type { AgentChat } from '../../core/chat.ts';
import type { Draft } from '../../core/document.ts';
import type { AgentId, ChatId, MemberId, MessageId } from '../../core/ids.ts';
import { change, ensure } from '../change.ts';
import type { Installation } from '../installation.ts';

export const agentChatId = (agent: AgentId, chat: ChatId): string => `${chat}/${agent}`;

/** Whether the agent was invited and has neither come in nor stayed out since. */
export const isOpenInvitation = (stay: AgentChat): boolean =>
  stay.invitedBy !== null && stay.joinedAt === null && stay.leftAt === null;

const blank = (agent: AgentId, chat: ChatId): Draft<AgentChat> => ({
  _id: agentChatId(agent, chat),
  agent,
  chat,
  role: 'member',
  invitedBy: null,
  joinedAt: null,
  introducedAt: null,
  leftAt: null,
  leftWhy: null,
});

type Store = Pick<Installation, 'store' | 'clock'>;

async function note(
  { store }: Store,
  agent: AgentId,
  chat: ChatId,
  edit: (was: AgentChat) => AgentChat,
): Promise<void> {
  const collection = store.collection('agent_chats');
  await ensure(collection, blank(agent, chat));
  await change(collection, agentChatId(agent, chat), edit);
}

/** Whatever the agent was before: who is invited is not in the room. */
export const markInvited = (parley: Store, given: { agent: AgentId; chat: ChatId; by: MemberId }): Promise<void> =>
  note(parley, given.agent, given.chat, was =>
    isOpenInvitation(was) && was.invitedBy === given.by
      ? was
      : { ...was, invitedBy: given.by, joinedAt: null, leftAt: null, leftWhy: null },
  );

export const markJoined = (parley: Store, given: { agent: AgentId; chat: ChatId }): Promise<void> =>
  note(parley, given.agent, given.chat, was =>
    was.joinedAt !== null && was.leftAt === null
      ? was
      : { ...was, joinedAt: parley.clock.now(), leftAt: null, leftWhy: null },
  );

export const markSettled = (
  parley: Store,
  given: { agent: AgentId; chat: ChatId; joining: MessageId },
): Promise<void> =>
  note(parley, given.agent, given.chat, was =>
    was.settledFor === given.joining ? was : { ...was, settledFor: given.joining },
  );

export const markIntroduced = (parley: Store, given: { agent: AgentId; chat: ChatId }): Promise<void> =>
  note(parley, given.agent, given.chat, was =>
    was.introducedAt === null ? { ...was, introducedAt: parley.clock.now() } : was,
  );

export const markLeft = (
  parley: Store,
  given: { agent: AgentId; chat: ChatId; why: NonNullable<AgentChat['leftWhy']> },
): Promise<void> =>
  note(parley, given.agent, given.chat, was =>
    was.leftAt !== null ? was : { ...was, leftAt: parley.clock.now(), leftWhy: given.why },
  );
