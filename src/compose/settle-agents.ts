import type { MatrixBridge } from '../../bridges/matrix/matrix-bridge.ts';
import type { Main } from '../cli/main-functions.ts';
import { type Agent, isSpeaker } from '../core/agent.ts';
import { chatId } from '../core/ids.ts';
import type { RunningHomeserver } from '../homeserver/running-homeserver.ts';
import { provisionAgents } from '../orchestrator/lifecycle/provision-agents.ts';
import { noteCredentials } from './first-start.ts';
import { followAgents } from './follow-agents.ts';
import type { Network } from './open-network.ts';
import { describeRooms, openRooms } from './open-rooms.ts';
import { stepped } from './stepped.ts';

/** Each of them is a request every half a minute. */
const mostShownOnline = 10;

type Options = Parameters<Main['up']>[0];
export type Rooms = Awaited<ReturnType<typeof openRooms>>;

/** Agents get their accounts and rooms, show as online, and follow their files until `ending`. May be repeated; one process does it for all. */
export async function settleAgents(
  options: Options,
  { parley, bridge, owner }: Network,
  { homeserver, ending }: { readonly homeserver: RunningHomeserver; readonly ending: AsyncDisposableStack },
): Promise<Rooms> {
  const agents = [...parley.agents.values()];
  const speakers = agents.filter(isSpeaker);
  const names = () => speakers.map(agent => agent.name).join(', ');
  await stepped(options, 'Agents', () => provisionAgents(parley.store, bridge, agents), names);
  const rooms = await stepped(options, 'Rooms', () => openRooms(parley, { bridge, homeserver, owner }), describeRooms);
  await noteCredentials(options.config.dataDir, {
    homeserver,
    owner,
    agents: speakers.map(agent => bridge.addressOf(agent._id)),
    lobby: rooms?.lobby ?? null,
  });
  const home = { greets: owner && bridge.memberAt(owner.userId), room: rooms && chatId(bridge.name, rooms.lobby) };
  if (!ending.disposed) ending.defer(followAgents(options, parley, home));
  void showOnline(bridge, agents);
  return rooms;
}

/** One after another, and not thousands: idle agents cost nothing. */
async function showOnline(bridge: MatrixBridge, agents: readonly Agent[]): Promise<void> {
  for (const agent of agents.slice(0, mostShownOnline)) await bridge.setPresence(agent._id, 'online', null);
}
