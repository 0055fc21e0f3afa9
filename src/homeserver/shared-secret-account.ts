import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ParleyError } from '../core/errors.ts';

const path = '/_synapse/admin/v1/register';
const limitMs = 30_000;
const answerSchema = z.object({ nonce: z.string(), errcode: z.string(), error: z.string() }).partial();
type Answer = z.infer<typeof answerSchema>;

/**
 * Gives what makes accounts on a Synapse of ours. The account administers the homeserver, so that its owner can. An account of that
 * name is left as it is, password included. Tells whether the account was made.
 * https://element-hq.github.io/synapse/latest/admin_api/register_api.html
 */
export function accountMaker(homeserver: { readonly url: string; readonly serverName: string }, secretFile: string) {
  return async (localpart: string, password: string, beforeMaking = async () => {}): Promise<boolean> => {
    const { url } = homeserver;
    const profile = await profileOf(url, `@${localpart}:${homeserver.serverName}`);
    if (profile === 'there') return false;
    const secret = (await readFile(secretFile, 'utf8')).trim();
    const { nonce } = await request(`${url}${path}`, { method: 'GET' });
    const mac = createHmac('sha1', secret).update([nonce, localpart, password, 'admin'].join('\0')).digest('hex');
    if (profile === 'missing') await beforeMaking();
    const body = { nonce, username: localpart, password, admin: true, mac, inhibit_login: true };
    const problem = await request(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (problem.errcode === undefined) return true;
    if (problem.errcode === 'M_USER_IN_USE') return false;
    throw new ParleyError(
      'HOMESERVER_START_FAILED',
      `The homeserver did not make the account ${localpart}: ${problem.error ?? problem.errcode}. Put back what was changed by hand ` +
        'in its folder, or begin with an empty data folder (PARLEY_DATA).',
    );
  };
}

/**
 * Every account has a profile. Asking for it spares the homeserver the hashing of a password, 0.4 s at every start. A homeserver that is in
 * trouble, or tells nobody of profiles, says nothing about the account.
 */
async function profileOf(url: string, userId: string): Promise<'there' | 'missing' | 'unknown'> {
  const { errcode } = await request(`${url}/_matrix/client/v3/profile/${encodeURIComponent(userId)}`, {
    method: 'GET',
  });
  if (errcode === undefined) return 'there';
  return errcode === 'M_NOT_FOUND' ? 'missing' : 'unknown';
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(limitMs) });
    return answerSchema.parse(await response.json());
  } catch (cause) {
    const message = `The homeserver does not answer as expected at ${url}. See whether it runs, or something else listens there, and start again.`;
    throw new ParleyError('HOMESERVER_UNREACHABLE', message, { cause, retry: true });
  }
}
