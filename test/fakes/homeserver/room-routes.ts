import { type FakeEvent, type FakeRoom, type Json, memberEvents, membershipOf, newRoom, stateEvent } from './room.ts';
import type { Asked, Route } from './route.ts';
import { emit, forbidden, joinedRoom, notFound, Refusal, roomOf, setMembership } from './world.ts';

/** Rooms and who is in them. */
export const roomRoutes: readonly Route[] = [
  { on: 'POST /createRoom', run: create },
  {
    on: 'GET /directory/room/*',
    run: ({ world }, alias = '') => {
      const room_id = world.aliases.get(alias);
      if (room_id === undefined) throw notFound('no such alias');
      return { room_id, servers: [] };
    },
  },
  {
    on: 'DELETE /directory/room/*',
    run: ({ world }, alias = '') => {
      if (!world.aliases.delete(alias)) throw notFound('no such alias');
      return {};
    },
  },
  { on: 'POST /rooms/*/join', run: join },
  { on: 'POST /join/*', run: join },
  {
    on: 'POST /rooms/*/leave',
    run: ({ world, user }, id = '') => {
      const room = roomOf(world, id);
      if (room.state.size === 0) throw new Refusal(404, 'M_UNKNOWN', 'Not a known room');
      if (!['join', 'invite'].includes(String(membershipOf(room, user)))) throw forbidden('not in the room');
      setMembership(world, room, user, user, 'leave');
      return {};
    },
  },
  { on: 'POST /rooms/*/invite', run: (asked, id = '') => other(asked, id, 'invite') },
  { on: 'POST /rooms/*/kick', run: (asked, id = '') => other(asked, id, 'leave') },
  { on: 'POST /rooms/*/ban', run: (asked, id = '') => other(asked, id, 'ban') },
  { on: 'GET /joined_rooms', run: asked => ({ joined_rooms: withMembership(asked, 'join').map(({ id }) => id) }) },
  {
    on: 'GET /rooms/*/joined_members',
    run: ({ world, user }, id = '') => {
      const joined = memberEvents(joinedRoom(world, id, user)).filter(({ content }) => content.membership === 'join');
      const named = joined.map(({ state_key = '', content }) => [state_key, { display_name: content.displayname }]);
      return { joined: Object.fromEntries(named) };
    },
  },
  {
    on: 'GET /rooms/*/members',
    run: ({ world, user }, id = '') => ({ chunk: memberEvents(joinedRoom(world, id, user)) }),
  },
  { on: 'GET /rooms/*/state/*', run: readState },
  { on: 'GET /rooms/*/state/*/*', run: readState },
  { on: 'GET /sync', run: sync },
  { on: 'GET /initialSync', run: asked => ({ end: 's1', rooms: snapshot(asked) }) },
];

function create({ world, user, json }: Asked): Json {
  const alias = `#${String(json.room_alias_name)}:${world.options.serverName}`;
  if (json.room_alias_name !== undefined && world.aliases.has(alias)) {
    throw new Refusal(400, 'M_ROOM_IN_USE', 'Room alias already taken');
  }
  const room = newRoom();
  world.rooms.set(room.id, room);
  if (json.room_alias_name !== undefined) world.aliases.set(alias, room.id);
  const state = (type: string, content: Json) => emit(world, room, { sender: user, type, state_key: '', content });
  const version = String(json.room_version ?? '12');
  state('m.room.create', { room_version: version });
  setMembership(world, room, user, user, 'join');
  state('m.room.power_levels', {
    users: Number(version) < 12 ? { [user]: 100 } : {},
    events: { 'm.room.power_levels': 100 },
    'org.example.unknown': { kept: [true] },
  });
  state('m.room.join_rules', { join_rule: 'invite' });
  state('m.room.history_visibility', { history_visibility: 'shared' });
  for (const one of Array.isArray(json.initial_state) ? (json.initial_state as Json[]) : [])
    state(String(one.type), one.content as Json);
  if (typeof json.name === 'string') state('m.room.name', { name: json.name });
  if (typeof json.topic === 'string') state('m.room.topic', { topic: json.topic });
  for (const member of Array.isArray(json.invite) ? json.invite.map(String) : []) {
    setMembership(world, room, user, member, 'invite');
  }
  return { room_id: room.id };
}

function readState({ world, user, query }: Asked, id = '', type = '', key = ''): Json {
  const event = stateEvent(joinedRoom(world, id, user), type, key);
  if (event === undefined) throw notFound('no such state');
  return query.get('format') === 'event' ? { ...event } : event.content;
}

function join({ world, user }: Asked, id = ''): Json {
  const room = roomOf(world, id);
  const before = membershipOf(room, user);
  if (before === 'join') return { room_id: id };
  if (before !== 'invite') throw forbidden('not invited');
  setMembership(world, room, user, user, 'join');
  return { room_id: id };
}

function other({ world, user, json }: Asked, id: string, membership: string): Json {
  const [room, member] = [joinedRoom(world, id, user), String(json.user_id)];
  if (membership === 'invite' && ['join', 'ban'].includes(String(membershipOf(room, member))))
    throw forbidden(`${member} is in the room already, or banned from it`);
  setMembership(world, room, user, member, membership);
  return {};
}

function withMembership({ world, user }: Asked, membership: string): FakeRoom[] {
  return [...world.rooms.values()].filter(room => membershipOf(room, user) === membership);
}

/** As Synapse: there is none for the sender of an application service. */
function sync(asked: Asked): Json {
  const { senderLocalpart, serverName } = asked.world.options;
  if (asked.user === `@${senderLocalpart}:${serverName}`) throw new Refusal(500, 'M_UNKNOWN', 'Internal server error');
  const invite = withMembership(asked, 'invite').map(room => [
    room.id,
    { invite_state: { events: ownEvents(room, asked) } },
  ]);
  return { next_batch: 's1', rooms: { invite: Object.fromEntries(invite) } };
}

function snapshot(asked: Asked): Json[] {
  const joined = withMembership(asked, 'join').map(({ id }) => ({ room_id: id, membership: 'join' }));
  const invited = withMembership(asked, 'invite').map(room => ({
    room_id: room.id,
    membership: 'invite',
    invite: ownEvents(room, asked)[0],
  }));
  return [...joined, ...invited];
}

const ownEvents = (room: FakeRoom, { user }: Asked): FakeEvent[] =>
  memberEvents(room).filter(event => event.state_key === user);
