import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AgentId } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { answerAs } from './answer.ts';
import { unless } from './errcode.ts';
import type { MatrixNames } from './names.ts';
import { isRecord } from './raw-event.ts';
import type { MatrixRequests } from './requests.ts';
import { toEvent } from './to-event.ts';

interface Asking {
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
}

/** What an agent is invited to, among them what was never delivered. `joined` is in how many rooms it is. */
export async function invitationsOf(asking: Asking, as: AgentId, joined: number): Promise<ChatEvent[]> {
  const { requests, names, clock } = asking;
  const isKeeper = names.userId(as) === names.keeper;
  const found = await (isKeeper ? fromSnapshot(requests, as, joined) : fromSync(requests, as));
  return found.flatMap(({ room, event }) => {
    if (!isRecord(event) || event.type !== 'm.room.member' || event.state_key !== names.userId(as)) return [];
    const whole = { event_id: strippedId(room, event), origin_server_ts: clock.now(), ...event, room_id: room };
    const converted = toEvent(whole, names, clock.now());
    return converted.kind === 'event' ? [converted.event] : [];
  });
}

interface Found {
  readonly room: string;
  readonly event: unknown;
}

const what = 'list invitations';
const nothing = { types: [] };
const onlyInvitations = JSON.stringify({
  presence: nothing,
  account_data: nothing,
  room: { timeline: { limit: 1, types: [] }, state: nothing, ephemeral: nothing, account_data: nothing },
});

const synced = z.object({
  rooms: z
    .object({
      invite: z.record(z.string(), z.object({ invite_state: z.object({ events: z.array(z.unknown()) }) })).optional(),
    })
    .optional(),
});

/** A sync without waiting, that changes no presence. */
async function fromSync(requests: MatrixRequests, as: AgentId): Promise<Found[]> {
  const query = { filter: onlyInvitations, timeout: 0, set_presence: 'offline' };
  const answer = answerAs(synced, what, await requests.call({ what, as, method: 'GET', path: '/sync', query }));
  return Object.entries(answer.rooms?.invite ?? {}).flatMap(([room, { invite_state }]) =>
    invite_state.events.map(event => ({ room, event })),
  );
}

/** The snapshot holds the state of every room, so it is not for an agent that is in many. */
const mostJoined = 200;

const snapshot = z.object({ rooms: z.array(z.object({ room_id: z.string(), invite: z.unknown().optional() })) });

/**
 * Synapse has no sync for the sender of an application service, which @parley is in registrations of former versions: it answers 500 and logs a
 * failure. The older way to look at everything has no such gap. Where a homeserver does not know it any more, lost invitations of @parley stay so.
 */
async function fromSnapshot(requests: MatrixRequests, as: AgentId, joined: number): Promise<Found[]> {
  if (joined > mostJoined) return [];
  const call = requests.call({ what, as, method: 'GET', path: '/initialSync', query: { limit: 1 } });
  const answer = await unless(call, ['M_UNRECOGNIZED', 'M_NOT_FOUND'], { rooms: [] });
  return answerAs(snapshot, what, answer).rooms.map(({ room_id: room, invite: event }) => ({ room, event }));
}

/** The specification lets servers leave out an invitation's id; one made from what it says is the same each time. */
function strippedId(room: string, event: Record<string, unknown>): string {
  const said = JSON.stringify([room, event.sender, event.state_key]);
  return `$invitation-${createHash('sha256').update(said).digest('base64url')}`;
}
