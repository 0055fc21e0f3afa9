import { createHash } from 'node:crypto';
import { z } from 'zod';
import { chatId, type MemberId } from '../../src/core/ids.ts';
import type { MakesRooms } from '../../src/ports/bridge-capabilities.ts';
import { answerAs } from './answer.ts';
import { errcodeOf, unless } from './errcode.ts';
import { becomesWhole, giveUpRoom } from './half-made-room.ts';
import { matrix } from './names.ts';
import { path } from './path.ts';
import type { RoomsOptions } from './rooms.ts';

type Wanted = Parameters<MakesRooms['ensureRoom']>[0];

const made = z.object({ room_id: z.string() });

/**
 * Makes a room once for each key. The key is kept by the homeserver, as the room's alias: a crash between making the room and
 * remembering it finds it again, and what was left undone (invitations come last) is made up for.
 */
export async function ensureRoom(options: RoomsOptions, wanted: Wanted): Promise<ReturnType<typeof chatId>> {
  const room = (await find(options, wanted)) ?? (await make(options, wanted));
  await inviteMissing(options, wanted, room);
  return chatId(matrix, room);
}

/** The room that the homeserver knows by this key. One that it died of making is given up: nobody could ever use it. */
async function find(options: RoomsOptions, wanted: Wanted): Promise<string | null> {
  const room = await lookUp(options, wanted);
  if (room === null || (await becomesWhole(options, room, wanted.as))) return room;
  await giveUpRoom(options, { room, as: wanted.as, alias: aliasOf(options, wanted) });
  return null;
}

const aliasOf = ({ names }: RoomsOptions, { key }: Wanted): string => `#${localAlias(key)}:${names.serverName}`;

/** Any text may be a key; an alias takes few characters, and not many of them. */
function localAlias(key: string): string {
  if (/^[a-z0-9-]{1,200}$/.test(key)) return `parley-${key}`;
  return `parley-key-${createHash('sha256').update(key).digest('hex')}`;
}

async function lookUp(options: RoomsOptions, wanted: Wanted): Promise<string | null> {
  const alias = aliasOf(options, wanted);
  const what = `find ${alias}`;
  const look = { what, as: wanted.as, method: 'GET', path: path('directory', 'room', alias) } as const;
  const answer = await unless(options.requests.call(look), ['M_NOT_FOUND'], null);
  return answer === null ? null : answerAs(made, look.what, answer).room_id;
}

/** https://spec.matrix.org/v1.16/client-server-api/#mroomencryption */
const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };

async function make(options: RoomsOptions, wanted: Wanted): Promise<string> {
  const { requests, names, cipher } = options;
  const { key, as, kind, name, topic, invite } = wanted;
  const encrypted = (wanted.encrypted ?? false) || cipher?.onlyEncrypted === true;
  const body = {
    room_alias_name: localAlias(key),
    visibility: 'private',
    // In a direct chat both sides are peers; elsewhere the creator keeps the power, which the floor needs later.
    preset: kind === 'private' ? 'trusted_private_chat' : 'private_chat',
    is_direct: kind === 'private',
    ...(name === null ? {} : { name }),
    ...(topic === null ? {} : { topic }),
    ...(encrypted ? { initial_state: [encryption] } : {}),
    invite: invite.map(names.userIdOf),
  };
  try {
    // Not tried again blindly: the room may be there although the answer was lost.
    const what = `make the room ${key}`;
    const answer = await requests.call({ what, as, method: 'POST', path: '/createRoom', body, tryForMs: 0 });
    return answerAs(made, what, answer).room_id;
  } catch (error) {
    const there = errcodeOf(error) === 'M_ROOM_IN_USE' ? await find(options, wanted) : null;
    if (there === null) throw error;
    return there;
  }
}

const members = z.object({ chunk: z.array(z.looseObject({ state_key: z.string() })) });

/** Who was ever invited stays as they are: somebody who left is not called back. */
async function inviteMissing({ requests, names }: RoomsOptions, { as, invite }: Wanted, room: string): Promise<void> {
  const what = `invite people to ${room}`;
  const answer = await requests.call({ what, as, method: 'GET', path: path('rooms', room, 'members') });
  const known = new Set(answerAs(members, what, answer).chunk.map(event => event.state_key));
  const missing = (member: MemberId) => !known.has(names.userIdOf(member));
  for (const member of invite.filter(missing)) {
    const body = { user_id: names.userIdOf(member) };
    await requests.call({ what, as, method: 'POST', path: path('rooms', room, 'invite'), body });
  }
}
