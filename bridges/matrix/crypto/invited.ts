import { UserId } from '@matrix-org/matrix-sdk-crypto-wasm';
import { send, type Wired } from './outgoing.ts';

export interface Invited {
  readonly room: string;
  readonly readers: readonly string[];
  /** Those of the readers who have not come in. */
  readonly invited: readonly string[];
  readonly now: number;
}

const knownForMs = 60_000;

/**
 * Looks up the devices of whoever is invited to a room, now and then, and once more when they have come in: which devices they get meanwhile the homeserver
 * tells nobody (https://github.com/element-hq/synapse/issues/3504).
 */
export async function lookAtInvited(wired: Wired, { room, readers, invited, now }: Invited): Promise<void> {
  const { device } = wired;
  const { lookedAt } = device.connection;
  const outside = new Set(invited);
  const keyOf = (id: string): string => `${room} ${id}`;
  const due = readers.filter(id => {
    const at = lookedAt.get(keyOf(id));
    return at !== undefined && (!outside.has(id) || now - at >= knownForMs);
  });
  if (due.length > 0)
    await send(wired, await device.call(machine => machine.queryKeysForUsers(due.map(id => new UserId(id)))));
  for (const id of due) lookedAt.delete(keyOf(id));
  for (const id of outside) if (lookedAt.get(keyOf(id)) === undefined) lookedAt.set(keyOf(id), now);
}
