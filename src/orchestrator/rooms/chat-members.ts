import type { Chat } from '../../core/chat.ts';
import { agentOf, type MemberId } from '../../core/ids.ts';
import type { MembershipChanged, Message } from '../../core/message.ts';
import { own } from '../../core/own.ts';
import type { RoomState } from '../../ports/bridge-capabilities.ts';

const maxNames = 500;

/** The chat after somebody came, went or took another name. The same object where nothing changes. */
export function withMember(chat: Chat, event: MembershipChanged): Chat {
  if (event.change === 'invited') return chat;
  const here = event.change === 'joined' || event.change === 'renamed';
  const was = chat.participants.includes(event.member);
  const named = here && event.name !== null ? withName(chat, event.member, event.name) : chat;
  if (here === was) return named;
  const participants = here ? [...chat.participants, event.member] : chat.participants.filter(m => m !== event.member);
  return { ...named, participants, chatType: chatTypeOf(participants) };
}

/** The chat after one of our agents was invited, or went. The same object where nothing changes. */
export function withInvitation(
  chat: Chat,
  { change, member, timestamp, order }: MembershipChanged & Pick<Message, 'timestamp' | 'order'>,
  now: number,
): Chat {
  const agent = agentOf(member);
  const was = agent === null ? undefined : own(chat.invitations, agent);
  if (agent === null || change === 'joined' || change === 'renamed') return chat;
  if (change === 'invited')
    return was?.order === order
      ? chat
      : { ...chat, invitations: { ...chat.invitations, [agent]: { order, at: Math.min(timestamp, now) } } };
  if (was === undefined) return chat;
  const others = Object.entries(chat.invitations ?? {}).filter(([id]) => id !== agent);
  return { ...chat, invitations: Object.fromEntries(others) };
}

/**
 * The chat as the network says that it is now. What changed since `asked`, the chat before the network was asked, is newer than the
 * answer. The same object where nothing changes.
 */
export function withState(chat: Chat, state: RoomState, asked: Chat = chat): Chat {
  const participants = membersNow(chat, state, asked);
  const changed: Chat = {
    ...chat,
    names: namesOf(chat, state, asked),
    name: chat.name === asked.name ? state.name : chat.name,
    topic: chat.topic === asked.topic ? state.topic : chat.topic,
    encrypted: chat.encrypted || state.encrypted,
    createdBy: chat.createdBy ?? state.creator,
    participants,
    chatType: chatTypeOf(participants),
  };
  return sameRoom(chat, changed) ? chat : changed;
}

function membersNow(chat: Chat, { members }: RoomState, asked: Chat): MemberId[] {
  const told = members.map(member => member.id);
  if (chat.version === asked.version) return told;
  const before = new Set(asked.participants);
  const now = new Set(chat.participants);
  const known = new Set(told);
  const came = chat.participants.filter(member => !before.has(member) && !known.has(member));
  return [...told.filter(member => now.has(member) || !before.has(member)), ...came];
}

/** The names of the last members that have one, behind those that were known before. Rooms have tens of thousands of members. */
function namesOf({ names }: Chat, { members }: RoomState, asked: Chat): Chat['names'] {
  const told = members.flatMap<[MemberId, string]>(({ id, name }) =>
    name === null || agentOf(id) !== null || names[id] !== asked.names[id] ? [] : [[id, name]],
  );
  const latest = new Map(told.slice(-maxNames));
  const others = Object.entries(names).filter(([id]) => !latest.has(id as MemberId));
  const now: Chat['names'] = Object.fromEntries([...others, ...latest].slice(-maxNames));
  return sameNames(names, now) ? names : now;
}

function sameNames(a: Chat['names'], b: Chat['names']): boolean {
  const entries = Object.entries(a);
  return entries.length === Object.keys(b).length && entries.every(([id, name]) => b[id as MemberId] === name);
}

/** Whether nothing is different of what a room's state tells. */
function sameRoom(a: Chat, b: Chat): boolean {
  const { participants } = b;
  return (
    a.names === b.names &&
    a.name === b.name &&
    a.topic === b.topic &&
    a.encrypted === b.encrypted &&
    a.createdBy === b.createdBy &&
    a.chatType === b.chatType &&
    a.participants.length === participants.length &&
    a.participants.every((member, index) => member === participants[index])
  );
}

/** One person and one agent: a private chat, also while the person has not come in yet. */
function chatTypeOf(participants: readonly MemberId[]): Chat['chatType'] {
  const agents = participants.filter(member => agentOf(member) !== null).length;
  return participants.length <= 2 && agents === 1 ? 'private' : 'group';
}

function withName(chat: Chat, member: MemberId, name: string): Chat {
  if (chat.names[member] === name || agentOf(member) !== null) return chat;
  const others = Object.entries(chat.names).filter(([id]) => id !== member);
  return { ...chat, names: Object.fromEntries([...others.slice(1 - maxNames), [member, name]]) };
}
