import { randomUUID } from 'node:crypto';
import { stringify } from 'yaml';
import type { ExternalSynapse } from './external-synapse.ts';
import { clientPath, matrixJson } from './matrix-http.ts';
import { textContent } from './outgoing.ts';
import { Person } from './person.ts';

const token = 'token-of-the-time-travellers';
const namespace = 'traveller-';

/**
 * The registration of an application service whose users name the time of their messages (`?ts=`), so that a test sees what is said of
 * old messages without waiting for them to grow old.
 */
export const timeTravellers = stringify({
  id: 'time-travellers',
  url: null,
  as_token: token,
  hs_token: 'unused',
  sender_localpart: 'time-travel-agency',
  rate_limited: false,
  namespaces: { users: [{ exclusive: true, regex: `@${namespace}.*` }], aliases: [], rooms: [] },
});

/** A person whose messages may have been sent in the past. */
export class TimeTraveller extends Person {
  async sayAt(roomId: string, time: number, body: string): Promise<string> {
    const path = clientPath('rooms', roomId, 'send', 'm.room.message', randomUUID());
    const call = { body: textContent(body), query: { ts: String(time), user_id: this.id } };
    const agency = { homeserver: this.session.homeserver, token };
    return (await matrixJson<{ event_id: string }>(agency, 'PUT', path, call)).event_id;
  }
}

export async function newTimeTraveller(synapse: ExternalSynapse): Promise<TimeTraveller> {
  const agency = { homeserver: synapse.url, token };
  const username = `${namespace}${randomUUID().slice(0, 8)}`;
  const body = { type: 'm.login.application_service', username };
  const user = await matrixJson<{ user_id: string; access_token: string }>(agency, 'POST', clientPath('register'), {
    body,
  });
  const traveller = new TimeTraveller({ homeserver: synapse.url, userId: user.user_id, token: user.access_token });
  await traveller.start();
  return traveller;
}
