import type { Agent, Passage } from '../../core/agent.ts';
import { isParleyError } from '../../core/errors.ts';
import { agentMember, bridgeOf, type ChatId, type MemberId } from '../../core/ids.ts';
import type { Bridge } from '../../ports/bridge.ts';
import {
  canInvite,
  canJoin,
  canMakeRooms,
  type InvitesMembers,
  type JoinsRooms,
} from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { ensureChat, refreshChat } from '../rooms/refresh-chat.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { introduced, statusChanged } from './agent-changes.ts';
import { rememberDirect } from './first-rooms.ts';
import { endPassage, type Step } from './passage-step.ts';
import { provisionAgents } from './provision-agents.ts';

const account: Step = async ({ store, bridges }, agent) => {
  for (const bridge of bridges.values()) await provisionAgents(store, bridge, [agent]);
  return 'rooms';
};

const rooms: Step = async (parley, agent, passage) => {
  const { greets, room } = passage;
  if (greets !== null) await openDirect(parley, agent, { person: greets, passage });
  if (room !== null) await bringInto(parley, agent, room);
  return 'end';
};

const end: Step = async (parley, agent, { by }) => {
  const version = agent.version + 1;
  await parley.bus.keep([introduced(agent, version, by), ...statusChanged(agent, 'idle', version)]);
  await endPassage(parley, agent, now => ({ ...now, status: now.paused ? 'offline' : 'idle' }));
  parley.log.info({ agent: agent._id, by }, 'A new agent.');
  return 'done';
};

/** The way in: account, rooms, announced. In a room the agent introduces itself as everywhere else. */
export const introduction = { account, rooms, end };

/** A direct chat with whoever asked for the agent; its key is that of this introduction, so that a later one makes another room. */
async function openDirect(
  parley: Installation,
  agent: Agent,
  { person, passage }: { person: MemberId; passage: Passage },
): Promise<void> {
  const bridge = parley.bridges.get(bridgeOf(person));
  if (bridge === undefined || !canMakeRooms(bridge)) return;
  const key = `direct-${agent._id}-${passage.since.toString(36)}`;
  const chat = await bridge.ensureRoom({
    key,
    as: agent._id,
    kind: 'private',
    name: null,
    topic: null,
    invite: [person],
  });
  await rememberDirect(parley.store, { agent: agent._id, person, chat });
}

/** Brings an agent into a room, where an agent that is there may invite. Where none may, people can. */
async function bringInto(parley: Installation, agent: Agent, room: ChatId): Promise<void> {
  const bridge = bridgeFor(parley, room);
  const chat = await ensureChat(parley, room);
  const member = agentMember(agent._id);
  if (bridge === null || !canInvite(bridge) || !canJoin(bridge) || chat.participants.includes(member)) return;
  const hosts = agentsIn(parley, chat).toSorted(
    (a, b) => Number(b.role === 'orchestrator') - Number(a.role === 'orchestrator'),
  );
  for (const host of hosts.slice(0, mostHosts)) {
    if (await enter(bridge, { room, host: host._id, agent: agent._id })) {
      await refreshChat(parley, room, agent._id);
      return;
    }
  }
  parley.log.info({ agent: agent._id, chat: room }, 'No agent may invite a new one to this room; people can.');
}

const mostHosts = 5;

async function enter(
  bridge: Bridge & InvitesMembers & JoinsRooms,
  { room, host, agent }: { room: ChatId; host: Agent['_id']; agent: Agent['_id'] },
): Promise<boolean> {
  try {
    await bridge.invite(room, host, agentMember(agent));
    await bridge.join(room, agent);
    return true;
  } catch (error) {
    if (!isParleyError(error, 'BRIDGE_FORBIDDEN')) throw error;
    return false;
  }
}
