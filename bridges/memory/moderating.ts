import { ParleyError } from '../../src/core/errors.ts';
import { agentMember, type MemberId } from '../../src/core/ids.ts';
import {
  levelOf,
  type MessageKind,
  neededLevel,
  type PowerChange,
  powerEntries,
  settingIn,
  withSettings,
} from '../../src/core/power.ts';
import type { ModeratesRooms } from '../../src/ports/bridge-capabilities.ts';
import type { MemoryNetwork } from './network.ts';
import type { MemoryRoom } from './room.ts';
import { roomAs } from './room-as.ts';

/** How agents see and change who may do what. */
export function moderating(network: MemoryNetwork): ModeratesRooms {
  return {
    power: (chat, as) => network.faults.around('power', () => roomAs(network, chat, as).power),
    changePower: (chat, as, change) =>
      network.faults.around('changePower', () => {
        const room = roomAs(network, chat, as);
        changePower(network, room, { by: agentMember(as), change });
        return room.power;
      }),
  };
}

/** Refuses what the member has no power for. */
export function demandPower({ power, id }: MemoryRoom, member: MemberId, kind: MessageKind): void {
  if (levelOf(power, member) >= (power.kinds[kind] ?? power.sendLevel)) return;
  throw new ParleyError(
    'BRIDGE_FORBIDDEN',
    `${member} may not send a ${kind} to ${id}. Give it the level that this takes.`,
  );
}

/** Refuses who has no power over what others say. */
export function demandModerator({ power, id }: MemoryRoom, member: MemberId): void {
  if (levelOf(power, member) >= power.moderatorLevel) return;
  throw new ParleyError(
    'BRIDGE_FORBIDDEN',
    `${member} may not remove what others said in ${id}. Give it the level for it.`,
  );
}

/** Changes what still stands as the change expects it, if the member may. */
export function changePower(
  network: MemoryNetwork,
  room: MemoryRoom,
  { by, change }: { by: MemberId; change: PowerChange },
): void {
  const due = powerEntries(change).filter(
    ([setting, { from, to }]) => settingIn(room.power, setting) === from && from !== to,
  );
  if (due.length === 0) return;
  if (levelOf(room.power, by) < neededLevel(room.power, Object.fromEntries(due)))
    throw new ParleyError(
      'BRIDGE_FORBIDDEN',
      `${by} may not change the power in ${room.id}. Give it the level that this takes.`,
    );
  room.power = withSettings(room.power, Object.fromEntries(due.map(([setting, { to }]) => [setting, to])));
  network.happen(room, by, { messageType: 'room', power: true });
}
