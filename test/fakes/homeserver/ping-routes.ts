import type { Json } from './room.ts';
import type { Asked, Route } from './route.ts';
import { forbidden, Refusal } from './world.ts';

/** The homeserver calls the application service back. */
export const pingRoutes: readonly Route[] = [{ on: 'POST /appservice/*/ping', run: ping }];

async function ping({ world, json }: Asked, id = ''): Promise<Json> {
  const { registrationId, hsToken } = world.options;
  if (id !== registrationId) throw forbidden('another application service');
  if (world.listenerUrl === null) throw new Refusal(400, 'M_URL_NOT_SET', 'the fake was told of no listener');
  const response = await fetch(`${world.listenerUrl}/_matrix/app/v1/ping`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hsToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  }).catch(() => null);
  if (response === null) throw new Refusal(502, 'M_CONNECTION_FAILED', 'not reached');
  if (!response.ok) throw new Refusal(502, 'M_BAD_STATUS', `it answers ${response.status}`);
  if (world.failsAfterPing)
    throw new Refusal(502, 'M_CONNECTION_FAILED', 'AlreadyCalled: Tried to cancel an already-called event.');
  return { duration_ms: 1 };
}
