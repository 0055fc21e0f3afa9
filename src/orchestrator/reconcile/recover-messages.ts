import type { Chat } from '../../core/chat.ts';
import { type AgentId, agentOf, type ChatId, externalIdOf } from '../../core/ids.ts';
import type { ChatEvent } from '../../core/message.ts';
import { canReadRooms, type ReadsRooms } from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { refreshChat } from '../rooms/refresh-chat.ts';
import { topics } from '../topics.ts';

const lookBack = 50;
const farBack = 1000;

/**
 * Takes in what stands in the room and was never delivered. A homeserver can lose events meant for an application service when it crashes,
 * also in the middle, and it delivers none between an invitation and the joining; so the latest part of the room is compared, and not only
 * what came after the newest known message. What stood there before the agent was invited is none of its business.
 */
export async function recoverMessages(parley: Installation, chat: Chat): Promise<void> {
  const bridge = bridgeFor(parley, chat._id);
  const agent = await longestThere(parley, chat);
  if (bridge === null || agent === null || !canReadRooms(bridge)) return;
  const query = { chat: chat._id, as: agent };
  const near = sinceInvited(agent, (await bridge.history({ ...query, since: null, limit: lookBack })).events);
  const known = await knownOf(parley, near);
  const found = missingAfter(known, near) ?? (await sinceNewestKnown(parley, bridge, query));
  const missing = found.filter(event => !isOvertaken(event, near, known));
  if (missing.length === 0) return;
  parley.log.info({ chat: chat._id, count: missing.length }, 'Found messages that had not been delivered.');
  await parley.messageLog.append(missing);
  parley.queue.wake(topics.rooms, chat._id);
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

/** What stands behind the agent's latest invitation (or joining, where nobody had to invite it). */
function sinceInvited(agent: AgentId, events: readonly ChatEvent[]): readonly ChatEvent[] {
  const own = (change: string) => (event: ChatEvent) =>
    event.messageType === 'membership' && event.change === change && agentOf(event.member) === agent;
  const invited = events.findLastIndex(own('invited'));
  return events.slice(invited >= 0 ? invited : Math.max(0, events.findLastIndex(own('joined'))));
}

/**
 * Somebody's coming or going that is found late says nothing any more where a later one of the same member is known. Where all of them are
 * found late, each counts: who was out in between is not to answer what was said then.
 */
function isOvertaken(event: ChatEvent, near: readonly ChatEvent[], known: readonly ChatEvent[]): boolean {
  if (event.messageType !== 'membership') return false;
  const later = near.slice(near.indexOf(event) + 1);
  return later.some(
    other => other.messageType === 'membership' && other.member === event.member && known.includes(other),
  );
}

/** The events that are in the log already. */
async function knownOf({ store }: Installation, events: readonly ChatEvent[]): Promise<readonly ChatEvent[]> {
  const stored = await store.collection('messages').getMany(events.map(event => event._id));
  const ids = new Set(stored.map(({ _id }) => _id));
  return events.filter(({ _id }) => ids.has(_id));
}

/** The events that are not in the log but stand behind one that is; null when none of them is known. */
function missingAfter(known: readonly ChatEvent[], events: readonly ChatEvent[]): readonly ChatEvent[] | null {
  const [first] = known;
  return first === undefined ? null : events.slice(events.indexOf(first)).filter(event => !known.includes(event));
}

async function sinceNewestKnown(
  { store }: Installation,
  bridge: ReadsRooms,
  query: { chat: ChatId; as: AgentId },
): Promise<readonly ChatEvent[]> {
  const [newest] = await store.collection('messages').find({
    where: { chat: query.chat },
    orderBy: { field: 'order', direction: 'desc' },
    limit: 1,
  });
  if (newest === undefined) return [];
  return (await bridge.history({ ...query, since: externalIdOf(newest._id), limit: farBack })).events;
}
