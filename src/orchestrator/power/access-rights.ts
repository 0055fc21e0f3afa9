import type { Chat } from '../../core/chat.ts';
import { isParleyError } from '../../core/errors.ts';
import { accessChanges } from '../../core/events/power-changes.ts';
import { agentOf, type ChatId, type MemberId } from '../../core/ids.ts';
import type { Envelope } from '../../core/message.ts';
import type { RoomPower } from '../../core/power.ts';
import { canModerate } from '../../ports/bridge-capabilities.ts';
import { change } from '../change.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { voicesIn } from './power-wish.ts';

type Rights = NonNullable<Chat['accessRights']>;

const mostRights = 500;

/**
 * Notes who leads a chat by the power that the network gives them, because of `cause`; what Parley gave stands before it. A room that no agent of ours may look into stays as
 * it was.
 */
export async function noteAccessRights(
  parley: Installation,
  chat: Chat,
  cause: Pick<Envelope, '_id' | 'from'> | null,
): Promise<void> {
  const bridge = bridgeFor(parley, chat._id);
  const [reader] = voicesIn(parley, chat);
  if (bridge === null || !canModerate(bridge) || reader === undefined) return;
  try {
    const power = rightsOf(await bridge.power(chat._id, reader));
    const rights = (await storeRights(parley, chat._id, power)) ?? power;
    const told = cause && { chat: chat._id, by: cause.from, cause: cause._id };
    if (told !== null) parley.bus.publish(accessChanges(told, chat.accessRights ?? {}, rights));
  } catch (error) {
    if (!isParleyError(error, 'BRIDGE_FORBIDDEN')) throw error;
  }
}

/** Who may do everything owns a room; who has power over others leads it. Our own agents need no rights. */
function rightsOf(power: RoomPower): Rights {
  const owners = power.unbound.map(member => [member, 'owner'] as const);
  const admins = Object.entries(power.levels)
    .filter(([, level]) => level >= power.moderatorLevel)
    .map(([member]) => [member as MemberId, 'admin'] as const);
  const people = [...owners, ...admins].filter(([member]) => agentOf(member) === null);
  return Object.fromEntries(people.slice(0, mostRights));
}

/** Gives the rights as they stand now. */
async function storeRights({ store }: Installation, chat: ChatId, power: Rights): Promise<Rights | undefined> {
  const after = await change(store.collection('chats'), chat, stored => {
    const rights = { ...power, ...stored.givenRights };
    return stored.accessRights !== undefined && isSame(stored.accessRights, rights)
      ? stored
      : { ...stored, accessRights: rights };
  });
  return after?.accessRights;
}

function isSame(a: Rights, b: Rights): boolean {
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length && entries.every(([member, right]) => b[member as MemberId] === right)
  );
}
