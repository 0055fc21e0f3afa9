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
 * also in the middle, so the latest part of the room is compared and not only what came after the newest known message. What stood there
 * before the first message that we know is none of our business.
 */
export async function recoverMessages(parley: Installation, chat: Chat): Promise<void> {
  const bridge = bridgeFor(parley, chat._id);
  const agent = agentThere(parley, chat);
  if (bridge === null || agent === null || !canReadRooms(bridge)) return;
  const query = { chat: chat._id, as: agent };
  const near = await bridge.history({ ...query, since: null, limit: lookBack });
  const missing = (await missingAfterKnown(parley, near.events)) ?? (await sinceNewestKnown(parley, bridge, query));
  if (missing.length === 0) return;
  parley.log.info({ chat: chat._id, count: missing.length }, 'Found messages that had not been delivered.');
  await parley.messageLog.append(missing);
  parley.queue.wake(topics.rooms, chat._id);
}

/** Makes the stored members, name and topic true. */
export async function recoverMembers(parley: Installation, chat: Chat): Promise<void> {
  const agent = agentThere(parley, chat);
  if (agent !== null) await refreshChat(parley, chat._id, agent);
}

const agentThere = (parley: Installation, chat: Chat): AgentId | null =>
  chat.participants.map(agentOf).find(id => id !== null && parley.agents.has(id)) ?? null;

/** The events that are not in the log but stand behind one that is; null when none of them is known. */
async function missingAfterKnown(parley: Installation, events: readonly ChatEvent[]): Promise<ChatEvent[] | null> {
  const known = new Set(
    (await parley.store.collection('messages').getMany(events.map(event => event._id))).map(({ _id }) => _id),
  );
  const first = events.findIndex(event => known.has(event._id));
  return first < 0 ? null : events.slice(first).filter(event => !known.has(event._id));
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
