import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type AgentId, type ChatId, chatId, externalIdOf, type MemberId } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import type { JoinsRooms, ReadsRooms, RoomState } from '../../src/ports/bridge-capabilities.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { answerAs } from './answer.ts';
import { unless } from './errcode.ts';
import { cleanLine, cleanText, isRoomId, isUserId } from './grammar.ts';
import { type MatrixNames, matrix } from './names.ts';
import { path } from './path.ts';
import { isRecord } from './raw-event.ts';
import type { MatrixRequests } from './requests.ts';
import { toEvent } from './to-event.ts';

export interface RoomsOptions {
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
}

export function joining({ requests }: RoomsOptions): JoinsRooms {
  return {
    async join(chat, as) {
      const room = externalIdOf(chat);
      await requests.call({ what: `join ${room}`, as, method: 'POST', path: path('rooms', room, 'join'), body: {} });
    },
    async leave(chat, as) {
      const room = externalIdOf(chat);
      const leave = {
        what: `leave ${room}`,
        as,
        method: 'POST',
        path: path('rooms', room, 'leave'),
        body: {},
      } as const;
      // Who is out already, or was never in, may not leave: that is what was wanted.
      await unless(requests.call(leave), ['M_FORBIDDEN', 'M_NOT_FOUND'], null);
    },
  };
}

const joinedRooms = z.object({ joined_rooms: z.array(z.string()) });

/** What an agent is in, and what it is invited to. */
export async function roomsOf(options: RoomsOptions, as: AgentId): ReturnType<ReadsRooms['rooms']> {
  const what = 'list rooms';
  const joined = await options.requests.call({ what, as, method: 'GET', path: '/joined_rooms' });
  const rooms = answerAs(joinedRooms, what, joined).joined_rooms.filter(isRoomId);
  return { joined: rooms.map(room => chatId(matrix, room)), invited: await invitations(options, as) };
}

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

/** Only a sync tells of invitations. It is one without waiting, and changes no presence. */
async function invitations({ requests, names, clock }: RoomsOptions, as: AgentId): Promise<ChatEvent[]> {
  const query = { filter: onlyInvitations, timeout: 0, set_presence: 'offline' };
  const what = 'list invitations';
  const answer = answerAs(synced, what, await requests.call({ what, as, method: 'GET', path: '/sync', query }));
  return Object.entries(answer.rooms?.invite ?? {}).flatMap(([room, { invite_state }]) => {
    const own = invite_state.events.find(
      event => isRecord(event) && event.type === 'm.room.member' && event.state_key === names.userId(as),
    );
    if (!isRecord(own)) return [];
    const whole = { event_id: strippedId(room, own), origin_server_ts: clock.now(), ...own, room_id: room };
    const converted = toEvent(whole, names, clock.now());
    return converted.kind === 'event' ? [converted.event] : [];
  });
}

/** The specification lets servers leave out an invitation's id; one made from what it says is the same each time. */
function strippedId(room: string, event: Record<string, unknown>): string {
  const said = JSON.stringify([room, event.sender, event.state_key]);
  return `$invitation-${createHash('sha256').update(said).digest('base64url')}`;
}

const joinedMembers = z.object({
  joined: z.record(z.string(), z.looseObject({ display_name: z.string().nullish() })),
});

export async function stateOf({ requests, names }: RoomsOptions, chat: ChatId, as: AgentId): Promise<RoomState> {
  const room = externalIdOf(chat);
  const what = `read the state of ${room}`;
  const get = (parts: string[], query = {}) =>
    requests.call({ what, as, method: 'GET', path: path('rooms', room, ...parts), query });
  const optional = (type: string, query = {}) => unless(get(['state', type], query), ['M_NOT_FOUND'], null);
  const [name, topic, encryption, creation, members] = await Promise.all([
    optional('m.room.name'),
    optional('m.room.topic'),
    optional('m.room.encryption'),
    optional('m.room.create', { format: 'event' }),
    get(['joined_members']).then(answer => answerAs(joinedMembers, what, answer).joined),
  ]);
  const ids = Object.keys(members).filter(isUserId);
  return {
    name: textOf(name, 'name'),
    topic: textOf(topic, 'topic'),
    encrypted: encryption !== null,
    creator: creatorOf(creation, names),
    members: ids.map(id => ({ id: names.member(id), name: cleanLine(members[id]?.display_name ?? '', 255) || null })),
  };
}

/** Who sent it; rooms before version 11 say it in the content too, which is all that some homeservers tell. */
function creatorOf(creation: unknown, names: MatrixNames): MemberId | null {
  if (!isRecord(creation)) return null;
  const creator = creation.sender ?? creation.creator;
  return isUserId(creator) ? names.member(creator) : null;
}

function textOf(content: unknown, field: string): string | null {
  const text = isRecord(content) ? content[field] : null;
  return typeof text === 'string' ? cleanText(text) || null : null;
}
