import type { Agent } from '../../core/agent.ts';
import type { AgentChat } from '../../core/chat.ts';
import { type AgentId, agentOf } from '../../core/ids.ts';
import type { ChatEvent } from '../../core/message.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { canReadRooms } from '../../ports/bridge-capabilities.ts';
import type { Installation } from '../installation.ts';
import { isOpenInvitation } from '../rooms/agent-chats.ts';
import { topics } from '../topics.ts';

const page = 1000;
const atOnce = 4;
/** Each agent costs the network a look at all of its rooms. */
const most = 200;
const latestChats = 200;

/** Wakes the invitations that are known and were not answered yet. */
export async function wakeInvitations({ store, queue }: Pick<Installation, 'store' | 'queue'>): Promise<void> {
  let after: AgentChat | undefined;
  do {
    const stays = await store.collection('agent_chats').find({ limit: page, ...(after ? { after } : {}) });
    for (const stay of stays) if (isOpenInvitation(stay)) queue.wake(topics.invitations, stay._id);
    after = stays.length === page ? stays.at(-1) : undefined;
  } while (after);
}

/**
 * Takes in the invitations that were never delivered, and wakes those that were given up. Where there are more agents than a network
 * can be asked about, only the likeliest are looked at.
 */
export async function recoverInvitations(parley: Installation): Promise<void> {
  await wakeInvitations(parley);
  const agents = await likeliest(parley);
  for (let index = 0; index < agents.length; index += atOnce) {
    await Promise.all(agents.slice(index, index + atOnce).map(agent => lookEverywhere(parley, agent)));
  }
}

/** The orchestrator, then who is in the chats that were used last, then the others. */
async function likeliest({ store, agents }: Installation): Promise<Agent[]> {
  const chats = await store
    .collection('chats')
    .find({ orderBy: { field: 'lastActivity', direction: 'desc' }, limit: latestChats });
  const keepers = [...agents.values()].filter(agent => agent.role === 'orchestrator').map(agent => agent._id);
  const active = chats.flatMap(chat => chat.participants.map(agentOf)).filter(id => id !== null && agents.has(id));
  const ids = new Set<AgentId | null>([...keepers, ...active, ...agents.keys()]);
  const first = [...ids].filter(id => id !== null).slice(0, most);
  const found = new Map((await store.collection('agents').getMany(first)).map(agent => [agent._id, agent]));
  return first.flatMap(id => found.get(id) ?? []);
}

async function lookEverywhere(parley: Installation, agent: Agent): Promise<void> {
  for (const bridge of parley.bridges.values()) {
    try {
      await look(parley, bridge, agent);
    } catch (error) {
      parley.log.warn(
        { agent: agent._id, err: error },
        'Could not look for lost invitations; the next start tries again.',
      );
    }
  }
}

/** Nobody can have invited an agent that the network does not know yet. */
async function look(parley: Installation, bridge: Bridge, agent: Agent): Promise<void> {
  if (!canReadRooms(bridge) || agent.provisioned[bridge.name] === undefined) return;
  const { invited } = await bridge.rooms(agent._id);
  const lost = await unknown(parley, invited);
  if (lost.length === 0) return;
  parley.log.info({ agent: agent._id, count: lost.length }, 'Found invitations that had not been delivered.');
  await parley.messageLog.append(lost);
  for (const { chat } of lost) parley.queue.wake(topics.rooms, chat);
}

async function unknown({ store }: Installation, events: readonly ChatEvent[]): Promise<ChatEvent[]> {
  const messages = store.collection('messages');
  const known = await Promise.all(events.map(event => messages.get(event._id)));
  return events.filter((_event, index) => known[index] === null);
}
