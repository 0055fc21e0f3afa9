import { ParleyError } from '../../src/core/errors.ts';
import { type AgentId, agentMember, agentOf, externalIdOf, messageId } from '../../src/core/ids.ts';
import { type ChatEvent, isSaid } from '../../src/core/message.ts';
import type {
  FindsSent,
  ReadsAttachments,
  ReadsEarlier,
  ReadsEdits,
  ReadsRooms,
} from '../../src/ports/bridge-capabilities.ts';
import { memory } from './address.ts';
import { isTold, type MemoryNetwork, nameOf } from './network.ts';
import type { MemoryRoom, Shown } from './room.ts';
import { roomAs } from './room-as.ts';

/** What agents read of the network. */
export function reading(network: MemoryNetwork): ReadsRooms & ReadsEarlier & ReadsEdits & FindsSent & ReadsAttachments {
  return {
    async rooms(as) {
      const all = [...network.rooms.values()];
      const me = agentMember(as);
      const invited = all
        .filter(room => room.members.get(me) === 'invited')
        .flatMap(room => invitation(room, as) ?? []);
      return { joined: all.filter(room => room.members.get(me) === 'joined').map(room => room.id), invited };
    },
    state: (chat, as) =>
      network.faults.around('state', () => {
        const room = roomAs(network, chat, as);
        const joined = [...room.members].filter(([, state]) => state === 'joined').map(([id]) => id);
        const members = joined.map(id => ({ id, name: nameOf(network, id) }));
        return { name: room.name, topic: room.topic, encrypted: room.encrypted, creator: room.creator, members };
      }),
    history: ({ chat, as, since, limit }) =>
      network.faults.around('history', () => {
        const room = roomAs(network, chat, as);
        const from = since === null ? 0 : room.events.findIndex(event => externalIdOf(event._id) === since) + 1;
        const told = room.events.slice(from).filter(event => isTold(room, event));
        return { events: told.slice(-limit), mark: externalIdOf(room.events.at(-1)?._id ?? room.id) };
      }),
    earlier: ({ chat, as, limit }) =>
      network.faults.around('history', () => {
        const { events } = roomAs(network, chat, as);
        const cameIn = (event: ChatEvent) =>
          event.messageType === 'membership' && agentOf(event.member) === as && event.change === 'joined';
        const before = events
          .slice(0, events.findLastIndex(cameIn))
          .filter(event => isSaid(event) && agentOf(event.from) === null);
        return { messages: before.slice(-limit), unreadable: 0 };
      }),
    findSent: ({ chat, as, mark }) =>
      network.faults.around('history', () => {
        const shown = [...roomAs(network, chat, as).shown.values()];
        const isIt = ({ from, mark: other }: Shown) =>
          from === agentMember(as) && other?.turn === mark.turn && other.part === mark.part;
        const found = shown.find(isIt);
        return found === undefined ? null : externalIdOf(found.id);
      }),
    latestEdit: ({ chat, as, externalId }) =>
      network.faults.around('history', () => {
        const shown = roomAs(network, chat, as).shown.get(messageId(memory, externalId));
        if (!shown?.mark || shown.former.length === 0) return null;
        return { id: `${externalId} ${shown.former.length}`, state: shown.mark.state };
      }),
    async readAttachment(source, _as, maxBytes) {
      const data = network.contents.get(source);
      if (data === undefined)
        throw new ParleyError('BRIDGE_REQUEST_FAILED', `There is no attachment ${source}. Send it first.`);
      if (data.byteLength > maxBytes)
        throw new ParleyError('MESSAGE_TOO_LARGE', `${source} is over ${maxBytes} bytes. Send a smaller one.`);
      return data;
    },
  };
}

function invitation(room: MemoryRoom, as: AgentId): ChatEvent | undefined {
  return room.events.findLast(
    event => event.messageType === 'membership' && event.change === 'invited' && agentOf(event.member) === as,
  );
}
