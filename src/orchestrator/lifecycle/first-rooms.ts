import type { Agent } from '../../core/agent.ts';
import { isParleyError } from '../../core/errors.ts';
import { type AgentId, agentMember, type ChatId, type MemberId } from '../../core/ids.ts';
import type { Bridge } from '../../ports/bridge.ts';
import type { JoinsRooms, MakesRooms } from '../../ports/bridge-capabilities.ts';
import type { Store } from '../../ports/store.ts';
import { change } from '../change.ts';
import { isGone } from './agent-changes.ts';

export interface FirstRooms {
  readonly lobby: ChatId;
  readonly direct: readonly { readonly agent: Agent; readonly chat: ChatId }[];
}

type RoomMaker = Bridge & MakesRooms & JoinsRooms;

/**
 * The rooms that a person finds at the first start: a direct chat with each agent of the configuration, and a lobby with all of them. Made
 * once for each owner, and made up when an agent is new; who leaves one is not invited again.
 */
export async function ensureFirstRooms(
  given: { store: Store; bridge: RoomMaker; agents: readonly Agent[]; orchestrator: Agent },
  owner: MemberId,
): Promise<FirstRooms> {
  const speakers = given.agents.filter(agent => agent.role === 'agent' && agent.source !== 'command' && !isGone(agent));
  const direct = await Promise.all(
    speakers.map(async agent => ({
      agent,
      chat: await once(given.store, directKey(agent._id, owner), () => makeDirect(given.bridge, agent, owner)),
    })),
  );
  const lobby = await once(given.store, `lobby:${owner}:${speakers.map(agent => agent._id).join()}`, () =>
    makeLobby({ ...given, speakers }, owner),
  );
  return { lobby, direct };
}

/** From now on this is their direct chat: the next start makes no other. May be repeated. */
export async function rememberDirect(
  store: Store,
  { agent, person, chat }: { agent: AgentId; person: MemberId; chat: ChatId },
): Promise<void> {
  const settings = store.collection('settings');
  const _id = directKey(agent, person);
  const [made] = await settings.insert([{ _id, value: chat }]);
  if (made === 'exists') await change(settings, _id, now => (now.value === chat ? now : { ...now, value: chat }));
}

const directKey = (agent: AgentId, person: MemberId): string => `direct:${agent}:${person}`;

const makeDirect = (bridge: RoomMaker, agent: Agent, owner: MemberId): Promise<ChatId> =>
  bridge.ensureRoom({
    key: `direct-${agent._id}`,
    as: agent._id,
    kind: 'private',
    name: null,
    topic: null,
    invite: [owner],
  });

async function makeLobby(
  { bridge, speakers, orchestrator }: { bridge: RoomMaker; speakers: readonly Agent[]; orchestrator: Agent },
  owner: MemberId,
): Promise<ChatId> {
  const lobby = await bridge.ensureRoom({
    key: 'lobby',
    as: orchestrator._id,
    kind: 'group',
    name: 'Lobby',
    topic: 'All agents are here. Mention one, or just ask.',
    invite: [owner, ...speakers.map(agent => agentMember(agent._id))],
  });
  await Promise.all(speakers.map(agent => joinIfInvited(bridge, lobby, agent)));
  return lobby;
}

/** Whom a person has kicked from the lobby stays out. */
async function joinIfInvited(bridge: RoomMaker, lobby: ChatId, agent: Agent): Promise<void> {
  try {
    await bridge.join(lobby, agent._id);
  } catch (error) {
    if (!isParleyError(error, 'BRIDGE_FORBIDDEN')) throw error;
  }
}

async function once(store: Store, key: string, make: () => Promise<ChatId>): Promise<ChatId> {
  const settings = store.collection('settings');
  const known = await settings.get(key);
  if (known !== null) return known.value as ChatId;
  const chat = await make();
  await settings.insert([{ _id: key, value: chat }]);
  return chat;
}
