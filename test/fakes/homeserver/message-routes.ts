import { isDeepStrictEqual } from 'node:util';
import { demandPower } from './power.ts';
import { type Json, type NewEvent, stateEvent } from './room.ts';
import type { Asked, Route } from './route.ts';
import { emit, joinedRoom, notFound, Refusal } from './world.ts';

const largestEvent = 65_536;

/** What is said in rooms. */
export const messageRoutes: readonly Route[] = [
  {
    on: 'PUT /rooms/*/send/*/*',
    run: (asked, id = '', type = '') => once(asked, id, { sender: asked.user, type, content: asked.json }),
  },
  {
    on: 'PUT /rooms/*/redact/*/*',
    run: (asked, id = '', redacts = '') => {
      const content = { ...asked.json, redacts };
      return once(asked, id, { sender: asked.user, type: 'm.room.redaction', redacts, content });
    },
  },
  {
    on: 'PUT /rooms/*/state/*/*',
    run: ({ world, user, json }, id = '', type = '', state_key = '') => {
      const room = joinedRoom(world, id, user);
      demandPower(room, user, { type, content: json, isState: true });
      const former = stateEvent(room, type, state_key);
      // The same again by the same user is no new event.
      if (former?.sender === user && isDeepStrictEqual(former.content, json)) return { event_id: former.event_id };
      return { event_id: emit(world, room, { sender: user, type, state_key, content: json }).event_id };
    },
  },
  {
    on: 'GET /rooms/*/event/*',
    run: ({ world, user }, id = '', event = '') => {
      const found = joinedRoom(world, id, user).events.find(({ event_id }) => event_id === event);
      if (found === undefined) throw notFound('no such event');
      return { ...found };
    },
  },
  { on: 'GET /rooms/*/context/*', run: around },
  { on: 'GET /rooms/*/relations/*/*', run: related },
  { on: 'GET /rooms/*/messages', run: page },
];

/** One event for each path: so does Synapse, for all users of an application service together. */
function once(asked: Asked, id: string, event: NewEvent): Json {
  const { world, user, path } = asked;
  const key = asked.query.has('user_id') ? path : `${user} ${path}`;
  const former = world.transactions.get(key);
  if (former !== undefined) return former;
  const room = joinedRoom(world, id, user);
  demandPower(room, user, { ...event, isState: false });
  if (Buffer.byteLength(JSON.stringify(event)) > largestEvent) throw new Refusal(413, 'M_TOO_LARGE', 'event too large');
  const said = emit(world, room, event);
  // Who sent it is told the transaction id for ever.
  said.unsigned.transaction_id = path.split('/').at(-1);
  const answer = { event_id: said.event_id };
  world.transactions.set(key, answer);
  return answer;
}

/** The newest first. */
function related({ world, user, query }: Asked, id = '', target = '', relation = ''): Json {
  const found = joinedRoom(world, id, user).events.filter(event => {
    const relates = event.content['m.relates_to'] as Json | undefined;
    return relates?.rel_type === relation && relates.event_id === target;
  });
  return { chunk: found.reverse().slice(0, Number(query.get('limit') ?? 5)) };
}

/** Where an event stands: `start` is the token from which what was before it is read. */
function around({ world, user }: Asked, id = '', event = ''): Json {
  const { events } = joinedRoom(world, id, user);
  const at = events.findIndex(({ event_id }) => event_id === event);
  if (at < 0) throw notFound('no such event');
  return { event: events[at], start: String(at), end: String(at + 1) };
}

/** Backwards only; the token is how many events are left. */
function page({ world, user, query }: Asked, id = ''): Json {
  const { events } = joinedRoom(world, id, user);
  const end = Number(query.get('from') ?? events.length);
  const begin = Math.max(0, end - Number(query.get('limit') ?? 10));
  const chunk = events.slice(begin, end).reverse();
  return { chunk, start: String(end), ...(begin > 0 ? { end: String(begin) } : {}) };
}
