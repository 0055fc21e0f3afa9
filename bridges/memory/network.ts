import type { AgentId, ChatId, MemberId, MessageId } from '../../src/core/ids.ts';
import { agentOf, chatId, externalIdOf, messageId } from '../../src/core/ids.ts';
import type { ChatEvent, Happening } from '../../src/core/message.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { memory } from './address.ts';
import { type Faults, makeFaults } from './faults.ts';
import { makeOutbound, type Outbound } from './outbound.ts';
import { emptyRoom, hasAgent, type MemoryRoom, type Shown } from './room.ts';

export interface MemoryNetworkOptions {
  readonly clock?: Clock;
  /** Messages longer than this many characters are refused. */
  readonly largestMessage?: number;
}

export interface Account {
  readonly name: string;
  readonly avatar: string;
  presence: 'online' | 'offline';
  status: string | null;
}

/**
 * A chat network in this process: rooms, people, messages. It outlives the bridge, as a homeserver does, so a test may "restart"
 * Parley with a second bridge on the same network.
 */
export interface MemoryNetwork {
  readonly clock: Clock;
  readonly largestMessage: number;
  readonly faults: Faults;
  readonly outbound: Outbound;
  readonly accounts: Map<AgentId, Account>;
  /** Agents whose account is closed for good. */
  readonly closed: Set<AgentId>;
  readonly rooms: Map<ChatId, MemoryRoom>;
  /** Messages by agent and delivery id, for ever. */
  readonly delivered: Map<string, string>;
  /** The first room of each key. */
  readonly keys: Map<string, ChatId>;
  readonly contents: Map<string, Uint8Array>;
  /** People that the network shows as bots. */
  readonly bots: Set<MemberId>;
  /** What people see in a room, oldest first. */
  timeline(chat: ChatId): readonly Shown[];
  /** Agents that show as typing. */
  typing(chat: ChatId): readonly AgentId[];
  room(chat: ChatId): MemoryRoom;
  makeRoom(kind: MemoryRoom['kind'], creator: MemberId): MemoryRoom;
  /** Puts something into a room, and into the queue for the bridge where it may see it. Gives the id. */
  happen(room: MemoryRoom, from: MemberId, what: Happening): MessageId;
  /** Someone is invited; people come in at once. */
  invite(room: MemoryRoom, from: MemberId, member: MemberId): void;
  enter(room: MemoryRoom, member: MemberId): void;
  /** Resolves when Parley has taken everything that happened. */
  settled(): Promise<void>;
}

const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export function memoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const clock = options.clock ?? systemClock;
  let count = 0;

  const network: MemoryNetwork = {
    clock,
    largestMessage: options.largestMessage ?? 16_000,
    faults: makeFaults(clock),
    outbound: makeOutbound(clock),
    accounts: new Map(),
    closed: new Set(),
    rooms: new Map(),
    delivered: new Map(),
    keys: new Map(),
    contents: new Map(),
    bots: new Set(),
    timeline: chat => [...network.room(chat).shown.values()],
    typing: chat => [...network.room(chat).typing],
    room: chat => {
      const room = network.rooms.get(chat);
      if (room === undefined) throw new Error(`The memory network has no room ${chat}.`);
      return room;
    },
    makeRoom: (kind, creator) => {
      count += 1;
      const room = emptyRoom(chatId(memory, `!${count}`), kind, creator);
      network.rooms.set(room.id, room);
      return room;
    },
    happen: (room, from, what) => {
      count += 1;
      const _id = messageId(memory, `$${count}`);
      const fromPerson = agentOf(from) !== null ? null : !network.bots.has(from);
      const event: ChatEvent = { _id, chat: room.id, from, fromPerson, timestamp: clock.now(), ...what };
      room.events.push(event);
      if (isTold(room, event)) network.outbound.push(event);
      return _id;
    },
    invite: (room, from, member) => {
      room.members.set(member, 'invited');
      network.happen(room, from, membership(network, member, 'invited'));
      if (agentOf(member) === null) network.enter(room, member);
    },
    enter: (room, member) => {
      room.members.set(member, 'joined');
      network.happen(room, member, membership(network, member, 'joined'));
    },
    settled: () => network.outbound.settled(),
  };
  return network;
}

export function membership(
  network: MemoryNetwork,
  member: MemberId,
  change: 'invited' | 'joined' | 'left' | 'kicked' | 'banned' | 'renamed',
): Happening {
  return { messageType: 'membership', member, change, name: nameOf(network, member) };
}

/** The display name: an agent's own, or a person's name with a capital letter. */
export function nameOf(network: MemoryNetwork, member: MemberId): string | null {
  const agent = agentOf(member);
  if (agent !== null) return network.accounts.get(agent)?.name ?? null;
  const bare = externalIdOf(member).slice(1);
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

/** What agents say is not told to the bridge again; all else is, in rooms with an agent in them. */
export function isTold(room: MemoryRoom, event: ChatEvent): boolean {
  if (event.messageType === 'membership') return hasAgent(room) || agentOf(event.member) !== null;
  return agentOf(event.from) === null && hasAgent(room);
}
