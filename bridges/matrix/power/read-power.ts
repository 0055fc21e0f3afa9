import { z } from 'zod';
import { type AgentId, type ChatId, externalIdOf, type MemberId } from '../../../src/core/ids.ts';
import type { RoomPower } from '../../../src/core/power.ts';
import { answerAs } from '../answer.ts';
import { unless } from '../errcode.ts';
import { isUserId } from '../grammar.ts';
import { path } from '../path.ts';
import type { RoomsOptions } from '../rooms.ts';
import { type PowerContent, toPower } from './content.ts';

/** Whose eyes look into which room. */
export interface Place {
  readonly chat: ChatId;
  readonly as: AgentId;
}

const record = z.record(z.string(), z.unknown());

const stateEvent = z.object({
  event_id: z.string(),
  sender: z.string(),
  content: record,
  unsigned: z.object({ replaces_state: z.string().optional(), prev_content: record.optional() }).catch({}).default({}),
});

const typedEvent = stateEvent.extend({ type: z.string() });

/** The event that holds the levels of a room. */
export type PowerEvent = z.infer<typeof stateEvent>;

export const powerType = 'm.room.power_levels';

/** The event that holds the levels now; null where the room never had one. */
export async function readPowerEvent(options: RoomsOptions, place: Place): Promise<PowerEvent | null> {
  return (await readState(options, place, powerType)) ?? null;
}

/** https://spec.matrix.org/v1.16/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey (`format`) */
async function readState({ requests }: RoomsOptions, { chat, as }: Place, type: string): Promise<PowerEvent | null> {
  const room = externalIdOf(chat);
  const what = `read who may do what in ${room}`;
  const where = path('rooms', room, 'state', type, '');
  const call = requests.call({ what, as, method: 'GET', path: where, query: { format: 'event' } });
  const answer = await unless(call, ['M_NOT_FOUND'], null);
  return answer === null ? null : answerAs(stateEvent, what, answer);
}

/** An event of the room by its id. */
export async function readEvent({ requests }: RoomsOptions, { chat, as }: Place, id: string): Promise<PowerEvent> {
  const room = externalIdOf(chat);
  const what = `read who may do what in ${room}`;
  return answerAs(
    stateEvent,
    what,
    await requests.call({ what, as, method: 'GET', path: path('rooms', room, 'event', id) }),
  );
}

const page = z.object({ chunk: z.array(z.unknown()) });
const latest = 20;

/** The latest events that set the levels, newest first. */
export async function readLatest({ requests }: RoomsOptions, { chat, as }: Place): Promise<PowerEvent[]> {
  const room = externalIdOf(chat);
  const what = `read who changed what in ${room}`;
  const query = { dir: 'b', limit: latest, filter: JSON.stringify({ types: [powerType] }) };
  const answer = await requests.call({ what, as, method: 'GET', path: path('rooms', room, 'messages'), query });
  return answerAs(page, what, answer).chunk.flatMap(raw => {
    const { success, data } = typedEvent.safeParse(raw);
    return success && data.type === powerType ? [data] : [];
  });
}

export interface Creators {
  /** From room version 12 on: they may do everything, and must not stand among the users with a level. */
  readonly unbound: readonly MemberId[];
  /** What counts where a room has no levels: the creator may do everything. */
  readonly blank: PowerContent;
}

const creation = z.looseObject({
  room_version: z.string().catch('1').default('1'),
  additional_creators: z.array(z.unknown()).catch([]).default([]),
});

/** https://spec.matrix.org/v1.16/rooms/v12/#authorization-rules */
export async function readCreators(options: RoomsOptions, place: Place): Promise<Creators> {
  const event = await readState(options, place, 'm.room.create');
  if (event === null) return { unbound: [], blank: {} };
  const { room_version, additional_creators } = creation.parse(event.content);
  if (!areUnbound(room_version)) return { unbound: [], blank: { users: { [event.sender]: 100 } } };
  const ids = [event.sender, ...additional_creators].filter(isUserId);
  return { unbound: [...new Set(ids.map(options.names.member))], blank: {} };
}

/** Versions are numbers so far; the experimental ones that came before 12 are named. */
function areUnbound(version: string): boolean {
  return /^\d+$/.test(version) ? Number(version) >= 12 : version.startsWith('org.matrix.hydra');
}

/** Who may do what in a room. */
export async function readPower(options: RoomsOptions, place: Place): Promise<RoomPower> {
  const [event, { unbound, blank }] = await Promise.all([readPowerEvent(options, place), readCreators(options, place)]);
  return toPower(event?.content ?? blank, unbound, options.names);
}
