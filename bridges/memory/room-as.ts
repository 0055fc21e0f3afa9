import { ParleyError } from '../../src/core/errors.ts';
import { type AgentId, agentMember, type ChatId } from '../../src/core/ids.ts';
import type { MemoryNetwork } from './network.ts';
import type { MemoryRoom } from './room.ts';

/** The room, if the agent may act in it. */
export function roomAs(network: MemoryNetwork, chat: ChatId, agent: AgentId): MemoryRoom {
  const room = network.rooms.get(chat);
  if (room?.members.get(agentMember(agent)) === 'joined') return room;
  throw new ParleyError('BRIDGE_FORBIDDEN', `${agent} is not in ${chat}. Invite it there.`);
}
