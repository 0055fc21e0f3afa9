import type { Directory, Namable } from '../../core/command/take-member.ts';
import { agentMember, agentOf, externalIdOf, type MemberId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { AgentCard } from '../../core/room.ts';
import type { Scene } from '../handle/handling.ts';
import { bridgeFor } from '../installation.ts';
import { agentsIn, displayName } from '../rooms/room-view.ts';

/** Whom a command may name: who is in the room, and our agents. */
export function directoryOf(
  { parley, chat }: Pick<Scene, 'parley' | 'chat'>,
  { mentions }: Pick<SaidMessage, 'mentions'>,
): Directory {
  const bridge = bridgeFor(parley, chat._id);
  const agent = ({ _id, name }: Pick<AgentCard, '_id' | 'name'>): Namable => ({
    id: agentMember(_id),
    isAgent: true,
    names: [name, _id, `agent-${_id}`, ...(bridge === null ? [] : [bridge.addressOf(_id)])],
  });
  const person = (id: MemberId): Namable => {
    const address = externalIdOf(id);
    return {
      id,
      isAgent: false,
      names: [displayName(chat, id, parley.agents), address, address.replace(/^@|:.*$/gu, '')],
    };
  };
  const people = chat.participants.filter(id => agentOf(id) === null).map(person);
  return {
    here: [...agentsIn(parley, chat).map(agent), ...people],
    agents: [...parley.agents.values()].map(agent),
    mentions,
  };
}
