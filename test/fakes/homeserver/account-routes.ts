import { randomBytes } from 'node:crypto';
import { membershipOf } from './room.ts';
import type { Route } from './route.ts';
import { notFound, Refusal, roomOf, setMembership } from './world.ts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Users, devices, profiles, presence and contents. */
export const accountRoutes: readonly Route[] = [
  {
    on: 'POST /register',
    run: ({ world, json }) => {
      const user = `@${textOf(json.username)}:${world.options.serverName}`;
      if (world.users.has(user)) throw new Refusal(400, 'M_USER_IN_USE', 'User ID already taken.');
      world.users.set(user, {});
      return { user_id: user };
    },
  },
  {
    // As Synapse: who is closed may still ask for it, by the application service.
    on: 'POST /account/deactivate',
    run: ({ world, user }) => {
      for (const room of world.rooms.values())
        if (['join', 'invite'].includes(String(membershipOf(room, user))))
          setMembership(world, room, user, user, 'leave');
      return { id_server_unbind_result: 'success' };
    },
  },
  {
    on: 'PUT /devices/*',
    run: ({ world, user }, device = '') => {
      world.devices.add(`${user} ${device}`);
      return {};
    },
  },
  { on: 'PUT /user/*/account_data/*', run: () => ({}) },
  { on: 'GET /profile/*', run: ({ world }, user = '') => world.users.get(user) ?? raise(notFound('no profile')) },
  {
    on: 'PUT /profile/*/*',
    run: ({ world, json }, user = '', field = '') => {
      const before = world.users.get(user) ?? {};
      world.users.set(user, { ...before, [field]: json[field] });
      for (const room of world.rooms.values()) {
        if (membershipOf(room, user) === 'join') setMembership(world, room, user, user, 'join');
      }
      return {};
    },
  },
  {
    on: 'PUT /presence/*/status',
    run: ({ world, json }, user = '') => {
      world.presence.set(user, json);
      return {};
    },
  },
  {
    on: 'PUT /rooms/*/typing/*',
    run: ({ world, json }, id = '', user = '') => {
      const typing = world.typing.get(roomOf(world, id).id) ?? new Set();
      world.typing.set(id, typing);
      if (json.typing === true) typing.add(user);
      else typing.delete(user);
      return {};
    },
  },
  {
    on: 'POST /upload',
    run: ({ world, body, type }) => {
      const id = randomBytes(12).toString('hex');
      world.media.set(id, { type, data: body });
      return { content_uri: `mxc://${world.options.serverName}/${id}` };
    },
  },
  {
    on: 'GET /media/download/*/*',
    run: ({ world }, _server, id = '') => world.media.get(id)?.data ?? raise(notFound('no such content')),
  },
];

function raise(error: Error): never {
  throw error;
}
