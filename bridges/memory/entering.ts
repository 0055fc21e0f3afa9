import { ParleyError } from '../../src/core/errors.ts';
import { agentMember } from '../../src/core/ids.ts';
import type { JoinsRooms, MakesRooms } from '../../src/ports/bridge-capabilities.ts';
import { type MemoryNetwork, membership } from './network.ts';
import type { MemoryRoom } from './room.ts';

/** How agents get into rooms, and out. */
export function entering(network: MemoryNetwork): JoinsRooms & MakesRooms {
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
        if (room === undefined || !['joined', 'invited'].includes(room.members.get(agentMember(as)) ?? '')) return;
        network.happen(room, agentMember(as), membership(network, agentMember(as), 'left'));
        room.members.delete(agentMember(as));
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

function make(
  network: MemoryNetwork,
  { key, as, kind, name, topic }: Parameters<MakesRooms['ensureRoom']>[0],
): MemoryRoom {
  const room = network.makeRoom(kind, agentMember(as));
  network.keys.set(key, room.id);
  Object.assign(room, { name, topic });
  network.enter(room, agentMember(as));
  if (name !== null) network.happen(room, agentMember(as), { messageType: 'room', name });
  if (topic !== null) network.happen(room, agentMember(as), { messageType: 'room', topic });
  return room;
}
