import { z } from 'zod';
import { type AgentId, type ChatId, chatId, externalIdOf, type MemberId } from '../../src/core/ids.ts';
import type { InvitesMembers, JoinsRooms, ReadsRooms, RoomState } from '../../src/ports/bridge-capabilities.ts';

import type { Clock } from '../../src/ports/clock.ts';
import { answerAs } from './answer.ts';
import type { Cipher } from './crypto/cipher.ts';
import { unless } from './errcode.ts';
import { cleanLine, cleanText, isRoomId, isUserId } from './grammar.ts';
import { invitationsOf } from './invitations.ts';
import { type MatrixNames, matrix } from './names.ts';
import { path } from './path.ts';
import { isRecord } from './raw-event.ts';
import type { MatrixRequests } from './requests.ts';

export interface RoomsOptions {
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly cipher: Cipher | null;
}

export function joining({ requests, names, cipher }: RoomsOptions): JoinsRooms & InvitesMembers {
  return {
    invite: (chat, as, member) => invite({ requests, names }, { chat, as, user: names.userIdOf(member) }),
    async join(chat, as) {
      const room = externalIdOf(chat);
      await cipher?.beforeJoining(room, as);
      await requests.call({ what: `join ${room}`, as, method: 'POST', path: path('rooms', room, 'join'), body: {} });
      await cipher?.afterJoining(room, as);
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

const membership = z.object({ membership: z.string() });

/** Looked up first: to invite who is in is refused with the same code as to invite without the power. */
async function invite(
  { requests }: Pick<RoomsOptions, 'requests' | 'names'>,
  { chat, as, user }: { chat: ChatId; as: AgentId; user: string },
): Promise<void> {
  const room = externalIdOf(chat);
  const what = `invite ${user} to ${room}`;
  const look = { what, as, method: 'GET', path: path('rooms', room, 'state', 'm.room.member', user) } as const;
  const now = await unless(requests.call(look), ['M_NOT_FOUND'], { membership: 'leave' });
  if (['join', 'invite'].includes(answerAs(membership, what, now).membership)) return;
  await requests.call({ what, as, method: 'POST', path: path('rooms', room, 'invite'), body: { user_id: user } });
}

const joinedRooms = z.object({ joined_rooms: z.array(z.string()) });

/** What an agent is in, and what it is invited to. */
export async function roomsOf(options: RoomsOptions, as: AgentId): ReturnType<ReadsRooms['rooms']> {
  const what = 'list rooms';
  const joined = await options.requests.call({ what, as, method: 'GET', path: '/joined_rooms' });
  const rooms = answerAs(joinedRooms, what, joined).joined_rooms.filter(isRoomId);
  return { joined: rooms.map(room => chatId(matrix, room)), invited: await invitationsOf(options, as, rooms.length) };
}

const joinedMembers = z.object({
  joined: z.record(z.string(), z.looseObject({ display_name: z.string().nullish() })),
});

export async function stateOf(
  { requests, names, cipher }: RoomsOptions,
  chat: ChatId,
  as: AgentId,
): Promise<RoomState> {
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
  await cipher?.isIn(room, as, encryption !== null);
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
