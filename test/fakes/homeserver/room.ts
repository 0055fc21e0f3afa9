import { randomBytes } from 'node:crypto';

export type Json = Record<string, unknown>;

export interface FakeEvent {
  readonly event_id: string;
  readonly room_id: string;
  readonly sender: string;
  readonly type: string;
  readonly state_key?: string;
  readonly origin_server_ts: number;
  readonly redacts?: string;
  content: Json;
  unsigned: Json;
}

export type NewEvent = Pick<FakeEvent, 'sender' | 'type' | 'content'> & { state_key?: string; redacts?: string };

/** A room of the fake: all events in order, and the state by type and key. */
export interface FakeRoom {
  readonly id: string;
  readonly events: FakeEvent[];
  readonly state: Map<string, FakeEvent>;
}

const stateKey = (type: string, key: string): string => `${type}\0${key}`;
const newId = (): string => randomBytes(24).toString('base64url');

export const newRoom = (): FakeRoom => ({ id: `!${newId()}`, events: [], state: new Map() });

export function addEvent(room: FakeRoom, event: NewEvent): FakeEvent {
  const former = event.state_key === undefined ? undefined : room.state.get(stateKey(event.type, event.state_key));
  const unsigned = former === undefined ? {} : { prev_content: former.content, replaces_state: former.event_id };
  const whole = { ...event, event_id: `$${newId()}`, room_id: room.id, origin_server_ts: Date.now(), unsigned };
  room.events.push(whole);
  if (event.state_key !== undefined) room.state.set(stateKey(event.type, event.state_key), whole);
  if (event.redacts !== undefined) empty(room, event.redacts, whole);
  return whole;
}

function empty(room: FakeRoom, target: string, because: FakeEvent): void {
  const event = room.events.find(({ event_id }) => event_id === target);
  if (event === undefined) return;
  event.content = {};
  event.unsigned = { ...event.unsigned, redacted_because: because };
}

export const stateEvent = (room: FakeRoom, type: string, key = ''): FakeEvent | undefined =>
  room.state.get(stateKey(type, key));

export const membershipOf = (room: FakeRoom, user: string): unknown =>
  stateEvent(room, 'm.room.member', user)?.content.membership;

export const memberEvents = (room: FakeRoom): FakeEvent[] =>
  [...room.state.values()].filter(event => event.type === 'm.room.member');
