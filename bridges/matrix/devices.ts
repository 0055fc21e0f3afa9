import type { AgentId } from '../../src/core/ids.ts';
import { errcodeOf, unless } from './errcode.ts';
import type { MatrixNames } from './names.ts';
import { type MatrixRequests, makeDevice } from './requests.ts';

/** Makes the agent's account. https://spec.matrix.org/v1.16/application-service-api/#server-admin-style-permissions */
export async function ensureAccount(requests: MatrixRequests, names: MatrixNames, agent: AgentId): Promise<void> {
  const username = names.localpart(agent);
  const body = { type: 'm.login.application_service', username, inhibit_login: true };
  const what = `make the account ${username}`;
  // Where it is there already, all is well.
  await unless(requests.call({ what, as: null, method: 'POST', path: '/register', body }), ['M_USER_IN_USE'], null);
}

/**
 * Gives the agent its one device, without a login (MSC4190). With a device Synapse remembers transaction ids for 24 hours in its
 * database; without one only in memory, until it restarts. False where the homeserver can't.
 */
export async function ensureDevice(requests: MatrixRequests, agent: AgentId): Promise<boolean> {
  try {
    await requests.call(makeDevice(agent));
    return true;
  } catch (error) {
    if (['M_NOT_FOUND', 'M_UNRECOGNIZED'].includes(errcodeOf(error) ?? '')) return false;
    throw error;
  }
}

/**
 * Closes the agent's account; the homeserver has it leave all rooms, and never gives its name to anybody again.
 * https://spec.matrix.org/v1.16/client-server-api/#post_matrixclientv3accountdeactivate
 */
export async function closeAccount(requests: MatrixRequests, agent: AgentId): Promise<void> {
  const what = `close the account of ${agent}`;
  const close = { what, as: agent, method: 'POST', path: '/account/deactivate', body: { erase: false } } as const;
  // Who is closed already can't ask for it.
  await unless(requests.call({ ...close, withoutDevice: true }), ['M_USER_DEACTIVATED', 'M_UNKNOWN_TOKEN'], null);
}
