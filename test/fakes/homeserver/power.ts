import { type FakeRoom, type Json, stateEvent } from './room.ts';
import { forbidden } from './world.ts';

const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const level = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const levels = (room: FakeRoom): Json => record(stateEvent(room, 'm.room.power_levels')?.content);

/** Refuses an event that its sender has not got the power for, as a homeserver does. */
export function demandPower(
  room: FakeRoom,
  user: string,
  event: { type: string; content: Json; isState: boolean },
): void {
  const { users, events, ...rest } = levels(room);
  const own = isCreator(room, user) ? Infinity : level(record(users)[user], level(rest.users_default, 0));
  const usual = event.isState ? level(rest.state_default, 50) : level(rest.events_default, 0);
  const taken = event.isState && event.type === 'm.room.power_levels' ? touched(room, event.content) : 0;
  if (own < Math.max(level(record(events)[event.type], usual), taken)) throw forbidden(`${user} lacks the power`);
}

const newestVersion = 12;

/** Creators have no level from version 12 on. */
function isCreator(room: FakeRoom, user: string): boolean {
  const creation = stateEvent(room, 'm.room.create');
  return creation?.sender === user && Number(creation.content.room_version) >= newestVersion;
}

/** The highest level that a change of the levels touches. */
function touched(room: FakeRoom, content: Json): number {
  const [before, after] = [flat(levels(room)), flat(content)];
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter(key => before.get(key) !== after.get(key));
  return Math.max(0, ...keys.flatMap(key => [before.get(key) ?? 0, after.get(key) ?? 0]));
}

function flat(content: Json, prefix = ''): Map<string, number> {
  const nested = Object.entries(content).flatMap(([key, value]): [string, number][] =>
    typeof value === 'number' ? [[prefix + key, value]] : [...flat(record(value), `${prefix}${key}/`)],
  );
  return new Map(nested);
}
