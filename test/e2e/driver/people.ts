import { randomUUID } from 'node:crypto';
import { clientPath, matrixJson, type Session } from './matrix-http.ts';
import { Person } from './person.ts';

export interface Account {
  readonly homeserver: string;
  readonly userId: string;
  readonly password: string;
}

/** Signs in as a person would, and follows what happens. */
export async function signIn(account: Account): Promise<Person> {
  const body = {
    type: 'm.login.password',
    identifier: { type: 'm.id.user', user: account.userId },
    password: account.password,
  };
  const path = clientPath('login');
  const login = await matrixJson<{ access_token: string }>({ homeserver: account.homeserver }, 'POST', path, { body });
  const person = new Person({ homeserver: account.homeserver, userId: account.userId, token: login.access_token });
  await person.start();
  return person;
}

/**
 * Makes an account by the admin's API (registration is closed) and signs it in as a person would, which makes a device: what is sent without one is known
 * by its transaction id only until the homeserver ends.
 */
export async function newPerson(admin: Session, name: string): Promise<Person> {
  const { person, password } = await newAccount(admin, name);
  return signIn({ homeserver: admin.homeserver, userId: person.id, password });
}

/** An account, its password, and somebody who has no device and does not follow what happens. */
export async function newAccount(
  admin: Session,
  name: string,
): Promise<{ readonly person: Person; readonly password: string }> {
  const password = randomUUID();
  const server = admin.userId.slice(admin.userId.indexOf(':') + 1);
  const userId = `@${name.toLowerCase()}-${randomUUID().slice(0, 8)}:${server}`;
  const user = `/_synapse/admin/v2/users/${encodeURIComponent(userId)}`;
  await matrixJson(admin, 'PUT', user, { body: { password, displayname: name } });
  await withoutLimits(admin, userId);
  const loginPath = `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/login`;
  const login = await matrixJson<{ access_token: string }>(admin, 'POST', loginPath);
  return { person: new Person({ homeserver: admin.homeserver, userId, token: login.access_token }), password };
}

/** People may send a message each five seconds; tests are in more of a hurry. */
export async function withoutLimits(admin: Session, userId: string): Promise<void> {
  const path = `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/override_ratelimit`;
  await matrixJson(admin, 'POST', path, { body: { messages_per_second: 0, burst_count: 0 } });
}
