import type { Config } from '../../config/load.ts';
import { externalIdOf } from '../core/ids.ts';
import { newPassword, readCredentials, writeCredentials } from '../data-folder/credentials.ts';
import type { RunningHomeserver } from '../homeserver/running-homeserver.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { ensureFirstRooms, type FirstRooms } from '../orchestrator/lifecycle/first-rooms.ts';
import type { Bridge } from '../ports/bridge.ts';
import { canJoin, canMakeRooms } from '../ports/bridge-capabilities.ts';
import { personName } from './person-name.ts';
import type { remadeHomeserver } from './remade-homeserver.ts';

export interface Owner {
  /** The address on the chat network. */
  readonly userId: string;
  /** Null where the account is not ours. */
  readonly password: string | null;
}

/**
 * Who the first rooms are for: an account of our own homeserver, which is made, or whom the configuration names. Where an account that
 * the last start knew had to be made anew, the homeserver has lost its database, and `onNewHomeserver` is told.
 */
export async function ensureOwner(
  config: Config,
  homeserver: RunningHomeserver,
  remaking: ReturnType<typeof remadeHomeserver>,
): Promise<Owner | null> {
  const { ensureAccount } = homeserver;
  if (ensureAccount === undefined)
    return config.matrix.owner === null ? null : { userId: config.matrix.owner, password: null };
  const known = await readCredentials(config.dataDir);
  if (known?.userId && known.password && known.serverName === homeserver.serverName) {
    const { userId, password } = known;
    await remaking(suspect => ensureAccount(localpartOf(userId), password, suspect));
    return { userId, password };
  }
  const name = personName();
  const owner = { userId: `@${name}:${homeserver.serverName}`, password: newPassword() };
  // The password is written first: an account whose password nobody knows would be lost.
  await noteCredentials(config.dataDir, { homeserver, owner, agents: [], lobby: null });
  await ensureAccount(name, owner.password);
  return owner;
}

const localpartOf = (userId: string): string => userId.slice(1).split(':')[0] ?? '';

interface Noted {
  readonly homeserver: RunningHomeserver;
  readonly owner: Owner | null;
  readonly agents: readonly string[];
  readonly lobby: string | null;
}

/** Writes where a person signs in, and whom they find there. */
export const noteCredentials = (dataDir: string, { homeserver, owner, agents, lobby }: Noted): Promise<void> =>
  writeCredentials(dataDir, {
    homeserver: homeserver.url,
    serverName: homeserver.serverName,
    userId: owner?.userId ?? null,
    password: owner?.password ?? null,
    agents: [...agents],
    lobby,
  });

/** The first rooms of an owner. Null without an owner, or on a network where agents can't make rooms. */
export async function firstRoomsFor(
  parley: Installation,
  bridge: Bridge,
  owner: Owner | null,
): Promise<FirstRooms | null> {
  const agents = [...parley.agents.values()];
  const orchestrator = agents.find(agent => agent.role === 'orchestrator');
  if (owner === null || orchestrator === undefined || !canMakeRooms(bridge) || !canJoin(bridge)) return null;
  return ensureFirstRooms({ store: parley.store, bridge, agents, orchestrator }, bridge.memberAt(owner.userId));
}

/** What the network calls them. */
export const roomIds = (rooms: FirstRooms): { lobby: string; direct: { agent: string; room: string }[] } => ({
  lobby: externalIdOf(rooms.lobby),
  direct: rooms.direct.map(({ agent, chat }) => ({ agent: agent._id, room: externalIdOf(chat) })),
});
