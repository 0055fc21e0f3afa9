import type { Agent } from '../../src/core/agent.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { type AgentId, agentMember, agentOf, type ChatId, externalIdOf, messageId } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import type { Bridge, Delivery } from '../../src/ports/bridge.ts';
import type {
  EditsMessages,
  JoinsRooms,
  MakesRooms,
  ReadsAttachments,
  ReadsRooms,
  RedactsMessages,
  ShowsPresence,
  ShowsTyping,
} from '../../src/ports/bridge-capabilities.ts';
import { addressOf, memberAt, memory } from './address.ts';
import { isTold, type MemoryNetwork, membership, memoryNetwork, nameOf } from './network.ts';
import { type Person, personIn } from './person.ts';
import { change, type MemoryRoom, rewrite } from './room.ts';

export type MemoryBridge = Bridge &
  EditsMessages &
  RedactsMessages &
  ShowsTyping &
  ShowsPresence &
  JoinsRooms &
  ReadsRooms &
  MakesRooms &
  ReadsAttachments & {
    readonly network: MemoryNetwork;
    /** Somebody who acts in the rooms as a person does. */
    person(name: string): Person;
    /** The same, but the network says that it is a bot. */
    bot(name: string): Person;
  };

/** The bridge to a chat network in this process: for tests, and for trying an agent in the terminal. */
export function memoryBridge(network: MemoryNetwork = memoryNetwork()): MemoryBridge {
  return {
    name: memory,
    network,
    person: name => personIn(network, name),
    bot: name => {
      network.bots.add(memberAt(name));
      return personIn(network, name);
    },
    async start(intake) {
      network.outbound.connect(intake);
    },
    stop: () => network.outbound.disconnect(),
    ensureAgent: (agent, known) => network.faults.around('ensureAgent', () => ensureAgent(network, agent, known)),
    fits: text => text.length <= network.largestMessage,
    addressOf,
    memberAt,
    ...writing(network),
    ...reading(network),
    ...rooms(network),
  };
}

function ensureAgent(network: MemoryNetwork, agent: Agent, known: string | null): string {
  const avatar = agent.publicProfile.avatar ?? agent.publicProfile.colour;
  const fingerprint = JSON.stringify([agent.name, avatar]);
  if (known === fingerprint && network.accounts.has(agent._id)) return fingerprint;
  const former = network.accounts.get(agent._id);
  const seen = { presence: former?.presence ?? ('offline' as const), status: former?.status ?? null };
  network.accounts.set(agent._id, { name: agent.name, avatar, ...seen });
  return fingerprint;
}

/** The room, if the agent may act in it. */
function roomAs(network: MemoryNetwork, chat: ChatId, agent: AgentId): MemoryRoom {
  const room = network.rooms.get(chat);
  if (room?.members.get(agentMember(agent)) === 'joined') return room;
  throw new ParleyError('BRIDGE_FORBIDDEN', `${agent} is not in ${chat}. Invite it there.`);
}

function textOf({ body }: Delivery): string {
  return body.kind === 'file' ? body.name : body.text;
}

/** Does what has this delivery id once, and gives what came of it each time. */
function once(network: MemoryNetwork, delivery: Pick<Delivery, 'as' | 'deliveryId'>, work: () => string): string {
  const key = `${delivery.as} ${delivery.deliveryId}`;
  const former = network.delivered.get(key);
  if (former !== undefined) return former;
  const result = work();
  network.delivered.set(key, result);
  return result;
}

function writing(
  network: MemoryNetwork,
): Pick<MemoryBridge, 'send' | 'edit' | 'redact' | 'showTyping' | 'setPresence'> {
  return {
    send: delivery => network.faults.around('send', () => once(network, delivery, () => post(network, delivery))),
    edit: (externalId, delivery) =>
      network.faults.around('edit', () => {
        once(network, delivery, () => {
          const room = roomAs(network, delivery.chat, delivery.as);
          const { body, mark } = delivery;
          refuseLarge(network, delivery);
          const notice = body.kind === 'markdown' && body.notice;
          rewrite(room, messageId(memory, externalId), { text: textOf(delivery), notice, body, mark });
          return externalId;
        });
      }),
    redact: target =>
      network.faults.around('redact', () => {
        const room = roomAs(network, target.chat, target.as);
        change(room, messageId(memory, target.externalId), { redacted: true, text: '' });
      }),
    showTyping: (chat, as) => {
      const typing = network.rooms.get(chat)?.typing;
      typing?.add(as);
      return () => void typing?.delete(as);
    },
    async setPresence(as, presence, status) {
      const account = network.accounts.get(as);
      if (account !== undefined) Object.assign(account, { presence, status });
    },
  };
}

function post(network: MemoryNetwork, delivery: Delivery): string {
  const { as, body, thread, replyTo, mark } = delivery;
  const room = roomAs(network, delivery.chat, as);
  refuseLarge(network, delivery);
  const from = agentMember(as);
  const notice = body.kind === 'markdown' && body.notice;
  const messageType = body.kind === 'file' ? 'file' : notice ? 'notice' : 'text';
  const text = textOf(delivery);
  const said = { messageType, text, attachment: null, replyTo, thread, mentions: [] } as const;
  const id = network.happen(room, from, said);
  const shown = { id, from, text, notice, thread, replyTo, body, mark };
  room.shown.set(id, { ...shown, former: [], reactions: [], redacted: false });
  room.typing.delete(as);
  return externalIdOf(id);
}

function refuseLarge(network: MemoryNetwork, { body }: Delivery): void {
  if (body.kind === 'file' || body.text.length <= network.largestMessage) return;
  throw new ParleyError(
    'MESSAGE_TOO_LARGE',
    `The memory network takes ${network.largestMessage} characters. Split it.`,
  );
}

function reading(network: MemoryNetwork): Pick<MemoryBridge, 'rooms' | 'state' | 'history' | 'readAttachment'> {
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
        return { name: room.name, topic: room.topic, encrypted: room.encrypted, members };
      }),
    history: ({ chat, as, since, limit }) =>
      network.faults.around('history', () => {
        const room = roomAs(network, chat, as);
        const from = since === null ? 0 : room.events.findIndex(event => event._id === since) + 1;
        const told = room.events.slice(from).filter(event => isTold(room, event));
        return { events: told.slice(-limit), mark: room.events.at(-1)?._id ?? '' };
      }),
    async readAttachment(source, _as, maxBytes) {
      const data = network.contents.get(source);
      if (data === undefined) throw new ParleyError('BRIDGE_REQUEST_FAILED', `There is no attachment ${source}.`);
      if (data.byteLength > maxBytes)
        throw new ParleyError('MESSAGE_TOO_LARGE', `${source} is over ${maxBytes} bytes.`);
      return data;
    },
  };
}

function invitation(room: MemoryRoom, as: AgentId): ChatEvent | undefined {
  return room.events.findLast(
    event => event.messageType === 'membership' && event.change === 'invited' && agentOf(event.member) === as,
  );
}

function rooms(network: MemoryNetwork): Pick<MemoryBridge, 'join' | 'leave' | 'ensureRoom'> {
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
    async ensureRoom({ key, as, kind, name, topic, invite }) {
      const former = network.keys.get(key);
      if (former !== undefined) return former;
      const room = network.makeRoom(kind);
      network.keys.set(key, room.id);
      Object.assign(room, { name, topic });
      network.enter(room, agentMember(as));
      if (name !== null) network.happen(room, agentMember(as), { messageType: 'room', name });
      if (topic !== null) network.happen(room, agentMember(as), { messageType: 'room', topic });
      for (const member of invite) network.invite(room, agentMember(as), member);
      return room.id;
    },
  };
}
