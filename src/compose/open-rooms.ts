import type { MatrixBridge } from '../../bridges/matrix/matrix-bridge.ts';
import { settlePerson } from '../../bridges/matrix/settle-person.ts';
import type { RunningHomeserver } from '../homeserver/running-homeserver.ts';
import type { Installation } from '../orchestrator/installation.ts';
import type { FirstRooms } from '../orchestrator/lifecycle/first-rooms.ts';
import { firstRoomsFor, type Owner, roomIds } from './first-start.ts';

/** The first rooms, and on a homeserver of our own, once for each room, the person in them. */
export async function openRooms(
  parley: Installation,
  { bridge, homeserver, owner }: { bridge: MatrixBridge; homeserver: RunningHomeserver; owner: Owner | null },
): Promise<ReturnType<typeof roomIds> | null> {
  const rooms = await firstRoomsFor(parley, bridge, owner);
  if (rooms === null || owner === null) return null;
  if (owner.password !== null)
    await settleOnce(parley, { bridge, homeserver, rooms, userId: owner.userId, password: owner.password });
  return roomIds(rooms);
}

/** Also the room of an agent that came later; what a person has made of a room that they once were in is theirs. */
async function settleOnce(
  { store, log }: Installation,
  given: { bridge: MatrixBridge; homeserver: RunningHomeserver; rooms: FirstRooms; userId: string; password: string },
): Promise<void> {
  const { bridge, homeserver, rooms, userId, password } = given;
  const settings = store.collection('settings');
  const { lobby, direct } = roomIds(rooms);
  const keyOf = (room: string): string => `settled:${userId}:${room}`;
  const all = [...direct.map(({ room }) => room), lobby];
  const known = new Set((await settings.getMany(all.map(keyOf))).map(({ _id }) => _id));
  const fresh = all.filter(room => !known.has(keyOf(room)));
  if (fresh.length === 0) return;
  const marked = rooms.direct.map(
    ({ agent }, index) => [bridge.addressOf(agent._id), direct[index]?.room ?? ''] as const,
  );
  const refused = await settlePerson({
    homeserverUrl: homeserver.url,
    userId,
    password,
    rooms: fresh,
    direct: Object.fromEntries(
      marked.filter(([, room]) => fresh.includes(room)).map(([agent, room]) => [agent, [room]]),
    ),
  });
  if (refused === null)
    log.info({ rooms: fresh }, 'The owner has another password now, and finds new rooms as invitations.');
  else if (refused.length > 0) log.info({ rooms: refused }, 'The owner is not let into rooms that they have left.');
  await settings.insert(fresh.map(room => ({ _id: keyOf(room), value: room })));
}

export const describeRooms = (rooms: ReturnType<typeof roomIds> | null): string =>
  rooms === null
    ? 'none; name an owner with MATRIX_OWNER, or invite an agent'
    : `a lobby, and ${rooms.direct.length} direct chats`;
