import { ParleyError } from '../../src/core/errors.ts';
import { type AgentId, agentMember } from '../../src/core/ids.ts';
import type { ClosesAccounts, InvitesMembers, JoinsRooms, MakesRooms } from '../../src/ports/bridge-capabilities.ts';
import { type MemoryNetwork, membership } from './network.ts';
import type { MemoryRoom } from './room.ts';
import { roomAs } from './room-as.ts';

/** How agents get into rooms, and out. */
export function entering(network: MemoryNetwork): JoinsRooms & MakesRooms & InvitesMembers & ClosesAccounts {
  return {
    join: (chat, as) =>
      network.faults.around('join', () => {
        const room = network.rooms.get(chat);
        const state = room?.members.get(agentMember(as));
        if (state === 'joined') return;
        if (room !== undefined && state === 'invited') return network.enter(room, agentMember(as));
        throw new ParleyError('BRIDGE_FORBIDDEN', `${as} is not invited to ${chat}. Invite it there.`);
      }),
    leave: (chat, as) =>
      network.faults.around('leave', () => {
        const room = network.rooms.get(chat);
        if (room !== undefined) leaveRoom(network, room, as);
      }),
    invite: (chat, as, member) =>
      network.faults.around('invite', () => {
        const room = roomAs(network, chat, as);
        const state = room.members.get(member);
        if (state === 'banned')
          throw new ParleyError('BRIDGE_FORBIDDEN', `${member} is banned from ${chat}. Lift the ban first.`);
        if (state === undefined) network.invite(room, agentMember(as), member);
      }),
    closeAccount: agent =>
      network.faults.around('closeAccount', () => {
        for (const room of network.rooms.values()) leaveRoom(network, room, agent);
        network.accounts.delete(agent);
        network.closed.add(agent);
      }),
    async ensureRoom(wanted) {
      const former = network.keys.get(wanted.key);
      const room = former === undefined ? make(network, wanted) : network.room(former);
      // Who was ever invited stays as they are: somebody who left is not called back.
      const known = new Set(room.events.map(event => (event.messageType === 'membership' ? event.member : null)));
      for (const member of wanted.invite) {
        if (!known.has(member)) network.invite(room, agentMember(wanted.as), member);
      }
      return room.id;
    },
  };
}

function leaveRoom(network: MemoryNetwork, room: MemoryRoom, agent: AgentId): void {
  if (!['joined', 'invited'].includes(room.members.get(agentMember(agent)) ?? '')) return;
  network.happen(room, agentMember(agent), membership(network, agentMember(agent), 'left'));
  room.members.delete(agentMember(agent));
}

function make(
  network: MemoryNetwork,
  { key, as, kind, name, topic, encrypted = false }: Parameters<MakesRooms['ensureRoom']>[0],
): MemoryRoom {
  const room = network.makeRoom(kind, agentMember(as));
  network.keys.set(key, room.id);
  Object.assign(room, { name, topic, encrypted });
  network.enter(room, agentMember(as));
  if (name !== null) network.happen(room, agentMember(as), { messageType: 'room', name });
  if (topic !== null) network.happen(room, agentMember(as), { messageType: 'room', topic });
  return room;
}
