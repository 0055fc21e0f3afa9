import { z } from 'zod';
import { ParleyError } from '../../src/core/errors.ts';
import { answerAs } from './answer.ts';

export interface Settling {
  readonly homeserverUrl: string;
  readonly userId: string;
  readonly password: string;
  /** All rooms to be in. */
  readonly rooms: readonly string[];
  /** The direct ones among them, by the user id of the agent. */
  readonly direct: Readonly<Record<string, readonly string[]>>;
}

const limitMs = 30_000;
const loggedIn = z.object({ access_token: z.string() });
const directRooms = z.record(z.string(), z.array(z.string()).catch([]));

/**
 * Lets a person find the rooms that were made for them as they should be: joined, and the direct ones marked as such (`m.direct`). Signs
 * in as the person and out again. May be repeated. Gives the rooms that the person may not go into: those that they have left since; or
 * null where the password is not the first one any more, and nothing was done.
 */
export async function settlePerson(settling: Settling): Promise<readonly string[] | null> {
  const token = await signIn(settling);
  if (token === null) return null;
  try {
    const refused: string[] = [];
    for (const room of settling.rooms) if (!(await join(settling, token, room))) refused.push(room);
    await markDirect(settling, token);
    return refused;
  } finally {
    await request(settling, token, 'POST /logout', {});
  }
}

async function signIn(settling: Settling): Promise<string | null> {
  const { userId, password } = settling;
  const call = 'POST /login';
  const response = await send(settling, null, call, {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: userId },
    password,
    initial_device_display_name: 'Parley, first start',
  });
  if (response.status === 403) return null;
  return answerAs(loggedIn, 'sign in as the first account', await answerOf(response, call)).access_token;
}

/** Beside the direct chats that the person has made. */
async function markDirect(settling: Settling, token: string): Promise<void> {
  const path = `/user/${encodeURIComponent(settling.userId)}/account_data/m.direct`;
  const response = await send(settling, token, `GET ${path}`);
  const before = response.status === 404 ? {} : directRooms.parse(await answerOf(response, 'GET /account_data'));
  const rooms = Object.entries(settling.direct).map(([agent, own]) => [
    agent,
    [...new Set([...(before[agent] ?? []), ...own])],
  ]);
  await request(settling, token, `PUT ${path}`, { ...before, ...Object.fromEntries(rooms) });
}

async function join(settling: Settling, token: string, room: string): Promise<boolean> {
  const response = await send(settling, token, `POST /join/${encodeURIComponent(room)}`, {});
  if (response.status === 403) return false;
  await answerOf(response, 'POST /join');
  return true;
}

async function request(settling: Settling, token: string, call: string, body: object): Promise<unknown> {
  return answerOf(await send(settling, token, call, body), call);
}

function send({ homeserverUrl }: Settling, token: string | null, call: string, body?: object): Promise<Response> {
  const [method = 'GET', path = ''] = call.split(' ');
  return fetch(`${homeserverUrl}/_matrix/client/v3${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(limitMs),
  });
}

async function answerOf(response: Response, call: string): Promise<unknown> {
  if (response.ok) return response.json();
  const [method, path] = call.split(' ');
  throw new ParleyError(
    'BRIDGE_REQUEST_FAILED',
    `The homeserver refused ${method} ${path?.split('/')[1]} for the first account (HTTP ${response.status}). ` +
      'Sign in by hand and accept the invitations.',
  );
}
