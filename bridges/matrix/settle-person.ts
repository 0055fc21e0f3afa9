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

/**
 * Lets the person of a first start find the rooms as they should be: joined, and the direct ones marked as such (`m.direct`). Signs
 * in as the person and out again. May be repeated. Gives the rooms that the person may not go into: those that they have left since.
 */
export async function settlePerson(settling: Settling): Promise<readonly string[]> {
  const { userId, password, rooms, direct } = settling;
  const login = await request(settling, null, 'POST /login', {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: userId },
    password,
    initial_device_display_name: 'Parley, first start',
  });
  const token = answerAs(loggedIn, 'sign in as the first account', login).access_token;
  try {
    const refused: string[] = [];
    for (const room of rooms) if (!(await join(settling, token, room))) refused.push(room);
    const path = `/user/${encodeURIComponent(userId)}/account_data/m.direct`;
    await request(settling, token, `PUT ${path}`, direct);
    return refused;
  } finally {
    await request(settling, token, 'POST /logout', {});
  }
}

async function join(settling: Settling, token: string, room: string): Promise<boolean> {
  const response = await send(settling, token, `POST /join/${encodeURIComponent(room)}`, {});
  if (response.status === 403) return false;
  await answerOf(response, 'POST /join');
  return true;
}

async function request(settling: Settling, token: string | null, call: string, body: unknown): Promise<unknown> {
  return answerOf(await send(settling, token, call, body), call);
}

function send({ homeserverUrl }: Settling, token: string | null, call: string, body: unknown): Promise<Response> {
  const [method = 'GET', path = ''] = call.split(' ');
  return fetch(`${homeserverUrl}/_matrix/client/v3${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
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
