import type { Chat } from '../../core/chat.ts';
import { type AgentId, agentOf, externalIdOf } from '../../core/ids.ts';
import type { ChatEvent, Message } from '../../core/message.ts';
import { canReadRooms, type ReadsRooms } from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { refreshChat } from '../rooms/refresh-chat.ts';
import { topics } from '../topics.ts';
import { sinceComingIn } from './since-coming-in.ts';

const lookBack = 50;
const farBack = 1000;

/**
 * Takes in what stands in the room and was never delivered. A homeserver can lose events meant for an application service when it crashes,
 * also in the middle, and it delivers none between an invitation and the joining; so the latest part of the room is compared, and not only
 * what came after the newest known message. What stood there before the agent was invited is none of its business. Gives how much there was.
 */
export async function recoverMessages(parley: Installation, chat: Chat): Promise<number> {
  const bridge = bridgeFor(parley, chat._id);
  const agent = await longestThere(parley, chat);
  if (bridge === null || agent === null || !canReadRooms(bridge)) return 0;
  const { events, known } = await latestPart(parley, bridge, { chat, agent });
  const missing = events.filter(event => !known.has(event._id) && !isOvertaken(event, events, known));
  if (missing.length === 0) return 0;
  parley.log.info({ chat: chat._id, count: missing.length }, 'Found messages that had not been delivered.');
  await parley.messageLog.append(missing, { invitedAfter: event => invitedAfter(event, events) });
  parley.queue.wake(topics.rooms, chat._id);
  return missing.length;
}

/** Makes the stored members, name and topic true. */
export async function recoverMembers(parley: Installation, chat: Chat): Promise<void> {
  const agent = await longestThere(parley, chat);
  if (agent !== null) await refreshChat(parley, chat._id, agent);
}

/** Of our agents in the room, the one that may read most of it. */
async function longestThere({ store, agents }: Installation, chat: Chat): Promise<AgentId | null> {
  const here = chat.participants.map(agentOf).flatMap(id => (id !== null && agents.has(id) ? [id] : []));
  const stays = await store.collection('agent_chats').find({ where: { chat: chat._id }, limit: 1000 });
  const since = new Map(stays.map(stay => [stay.agent, stay.joinedAt ?? Number.POSITIVE_INFINITY]));
  const joined = (id: AgentId): number => since.get(id) ?? Number.POSITIVE_INFINITY;
  return here.toSorted((a, b) => joined(a) - joined(b))[0] ?? null;
}

type Known = ReadonlyMap<string, Message>;

interface Part {
  readonly events: readonly ChatEvent[];
  /** Those of them that are in the log. */
  readonly known: Known;
}

/** A page of the room; more, where the page begins with something that was not delivered, and the agent was there before. */
async function latestPart(
  parley: Installation,
  bridge: ReadsRooms,
  { chat, agent }: { chat: Chat; agent: AgentId },
): Promise<Part> {
  const read = async (since: string | null, limit: number) =>
    (await bridge.history({ chat: chat._id, as: agent, since, limit })).events;
  const page = await read(null, lookBack);
  const near = sinceComingIn(agent, chat, page);
  const known = await knownOf(parley, near.events);
  const [first] = near.events;
  if (page.length < lookBack || near.isWhole || first === undefined || known.has(first._id))
    return { events: near.events, known };
  const before = await newestBefore(parley, chat, known);
  if (before === null) return { events: [], known };
  const { events } = sinceComingIn(agent, chat, await read(externalIdOf(before._id), farBack));
  return { events, known: await knownOf(parley, events) };
}

/** The newest line of the log that stands before all of these. */
async function newestBefore({ store }: Installation, chat: Chat, known: Known): Promise<Message | null> {
  const orders = [...known.values()].map(message => message.order);
  const [newest] = await store.collection('messages').find({
    where: { chat: chat._id, ...(orders.length === 0 ? {} : { order: { below: Math.min(...orders) } }) },
    orderBy: { field: 'order', direction: 'desc' },
    limit: 1,
  });
  return newest ?? null;
}

/** The lines of the log that these events are already. */
async function knownOf({ store }: Installation, events: readonly ChatEvent[]): Promise<Known> {
  const stored = await store.collection('messages').getMany(events.map(event => event._id));
  return new Map(stored.map(message => [message._id, message]));
}

/** The room's own order tells who was invited after something was said; the clocks of two servers do not. */
const invitedAfter = (event: ChatEvent, events: readonly ChatEvent[]): AgentId[] =>
  events.slice(events.indexOf(event) + 1).flatMap(later => {
    const agent = later.messageType === 'membership' && later.change === 'invited' ? agentOf(later.member) : null;
    return agent === null ? [] : [agent];
  });

/**
 * Somebody's coming or going that is found late says nothing any more where a later one of the same member is known. Where all of them are
 * found late, each counts: who was out in between is not to answer what was said then.
 */
function isOvertaken(event: ChatEvent, near: readonly ChatEvent[], known: Known): boolean {
  if (event.messageType !== 'membership') return false;
  const later = near.slice(near.indexOf(event) + 1);
  return later.some(
    other => other.messageType === 'membership' && other.member === event.member && known.has(other._id),
  );
}
