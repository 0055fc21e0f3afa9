import { readCredentials } from '../../data-folder/credentials.ts';
import { readTokens } from '../../data-folder/tokens.ts';
import { untilReady } from '../../homeserver/readiness.ts';
import { type Check, type CheckContext, type CheckResult, fine, open, wrong } from './check.ts';
import { knownHomeserver, oneTry } from './known-homeserver.ts';
import { statusOf } from './status-of.ts';

const limitMs = 20_000;
const syncPath = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync';

/**
 * Whether the homeserver has what agents need in encrypted rooms: it is asked for a sync as @parley, without rooms and without messages, so that nothing
 * is taken from anybody. Parley can do without, unless `encryption: required` is set.
 */
export const encryptionCheck: Check = {
  name: 'Encryption',
  async run(context) {
    const { config, signal } = context;
    if (config.matrix.encryption === 'off')
      return open('switched off: agents say in encrypted rooms that they can’t read there');
    const known = await knownHomeserver(context);
    const tokens = await readTokens(config.dataDir, config.matrix);
    if (known === undefined || tokens === undefined) return open('there is no homeserver yet');
    if ((await untilReady(known.url, { ...oneTry, signal })) !== undefined)
      return open('the homeserver does not answer');
    const result = judge(await askAsParley(known.url, tokens.asToken, context));
    return config.matrix.encryption === 'required' ? needed(result) : result;
  },
};

/** The status of the answer; 0 where there was none. */
async function askAsParley(url: string, asToken: string, { config, signal }: CheckContext): Promise<number> {
  const serverName = config.matrix.serverName ?? (await readCredentials(config.dataDir))?.serverName ?? 'localhost';
  const query = new URLSearchParams({ timeout: '0', user_id: `@parley:${serverName}` });
  return statusOf(`${url}${syncPath}?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${asToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ conn_id: 'parley-check', lists: {} }),
    signal,
    limitMs,
  });
}

/** Agents that talk in encrypted rooms only can't do without. */
function needed(result: CheckResult): CheckResult {
  return result.ok === null && result.remedy !== undefined ? wrong(result.detail, result.remedy) : result;
}

function judge(status: number): CheckResult {
  switch (status) {
    case 200:
      return fine('agents read and write in encrypted rooms');
    case 404:
    case 405:
      return open(
        'the homeserver has no simplified sliding sync (MSC4186), so agents can’t read in encrypted rooms',
        'Update it (Synapse 1.114 or newer), or set PARLEY_ENCRYPTION=off: then agents say so there.',
      );
    case 500:
      return open(
        '@parley can’t read and write in encrypted rooms, as its registration is of a former version',
        'Write it anew with npx parley registration --write <file>, and restart the homeserver.',
      );
    case 401:
    case 403:
      return open('not known before Parley has run once on this homeserver');
    default:
      return open(`the homeserver answers ${status === 0 ? 'nothing' : status}`, 'Look into its log.');
  }
}
