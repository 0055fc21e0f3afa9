import { mayPass } from '../../src/core/errors.ts';
import type { AgentId } from '../../src/core/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { unless } from './errcode.ts';
import { path } from './path.ts';
import type { MatrixRequests } from './requests.ts';

interface Asking {
  readonly requests: MatrixRequests;
  readonly clock: Clock;
}

/** Somebody else may just be making it. */
const patienceMs = 10_000;
const againMs = 1_000;

/**
 * Whether a room that a homeserver knows by its alias is one, or becomes one in a while. Synapse stores the alias first, then the creation, then that
 * its creator joins, and the rest at last; killed in between, it leaves a room that its own creator may not enter, or that has no rules.
 */
export async function becomesWhole({ requests, clock }: Asking, room: string, as: AgentId): Promise<boolean> {
  const end = clock.now() + patienceMs;
  const what = `see whether ${room} was made to the end`;
  // Once it is set, it can be changed, but never be gone.
  const look = { what, as, method: 'GET', path: path('rooms', room, 'state', 'm.room.join_rules') } as const;
  for (;;) {
    const rules = await unless(requests.call(look), ['M_FORBIDDEN', 'M_NOT_FOUND'], null);
    if (rules !== null) return true;
    if (clock.now() >= end) return false;
    await new Promise<void>(resolve => void clock.after(againMs, resolve));
  }
}

/** Frees the alias for another room. Out of the room first: a crash in between finds it half-made again. */
export async function giveUpRoom(
  { requests }: Pick<Asking, 'requests'>,
  { room, as, alias }: { readonly room: string; readonly as: AgentId; readonly alias: string },
): Promise<void> {
  const what = `give up ${room}, which was not made to the end`;
  const leave = { what, as, method: 'POST', path: path('rooms', room, 'leave'), body: {} } as const;
  // Of a room in which nothing is stored Synapse says 404 with a code of no meaning.
  await requests.call(leave).catch(error => {
    if (mayPass(error)) throw error;
  });
  const free = { what, as, method: 'DELETE', path: path('directory', 'room', alias) } as const;
  await unless(requests.call(free), ['M_NOT_FOUND'], null);
}
