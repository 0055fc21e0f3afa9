import type { Deliverer } from './deliver.ts';
import {
  addEvent,
  type FakeEvent,
  type FakeRoom,
  type Json,
  memberEvents,
  membershipOf,
  type NewEvent,
} from './room.ts';

export interface FakeOptions {
  readonly serverName: string;
  readonly asToken: string;
  readonly hsToken: string;
  readonly registrationId: string;
  readonly senderLocalpart: string;
}

/** All that the fake homeserver knows. */
export interface FakeWorld {
  readonly options: FakeOptions;
  readonly rooms: Map<string, FakeRoom>;
  readonly aliases: Map<string, string>;
  readonly users: Map<string, Json>;
  readonly devices: Set<string>;
  readonly presence: Map<string, Json>;
  readonly typing: Map<string, Set<string>>;
  readonly media: Map<string, { readonly type: string; readonly data: Buffer }>;
  /** Answers by path, as Synapse keeps them for an application service. */
  readonly transactions: Map<string, Json>;
  readonly deliverer: Deliverer;
  listenerUrl: string | null;
  /** As Synapse while it is sending a transaction again: it calls back for a ping, and yet answers it with an error. */
  failsAfterPing: boolean;
}

/** What a request is refused with. */
export class Refusal extends Error {
  readonly status: number;
  readonly errcode: string;

  constructor(status: number, errcode: string, message: string) {
    super(message);
    this.status = status;
    this.errcode = errcode;
  }
}

export const forbidden = (why: string): Refusal => new Refusal(403, 'M_FORBIDDEN', why);
export const notFound = (what: string): Refusal => new Refusal(404, 'M_NOT_FOUND', what);

export function roomOf({ rooms }: FakeWorld, id: string): FakeRoom {
  const room = rooms.get(id);
  if (room === undefined) throw notFound(`no room ${id}`);
  return room;
}

export function joinedRoom(world: FakeWorld, id: string, user: string): FakeRoom {
  const room = roomOf(world, id);
  if (membershipOf(room, user) !== 'join') throw forbidden(`${user} is not in ${id}`);
  return room;
}

/** Puts an event into a room and tells the application service, if one of its users is there. */
export function emit(world: FakeWorld, room: FakeRoom, event: NewEvent): FakeEvent {
  const heard = memberEvents(room).some(({ state_key, content }) => isTold(world, state_key, content));
  const whole = addEvent(room, event);
  if (heard || isTold(world, event.state_key, event.content)) world.deliverer.push(whole);
  return whole;
}

function isTold({ options }: FakeWorld, user: string | undefined, content: Json): boolean {
  return user !== undefined && isAgent(options, user) && ['join', 'invite'].includes(String(content.membership));
}

export function isAgent({ serverName, senderLocalpart }: FakeOptions, user: string): boolean {
  if (user === `@${senderLocalpart}:${serverName}`) return true;
  return user.startsWith('@agent-') && user.endsWith(`:${serverName}`);
}

export function setMembership(world: FakeWorld, room: FakeRoom, by: string, user: string, membership: string): void {
  const displayname = world.users.get(user)?.displayname;
  const content = { membership, ...(displayname === undefined ? {} : { displayname }) };
  emit(world, room, { sender: by, type: 'm.room.member', state_key: user, content });
}
