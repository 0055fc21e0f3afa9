import type { Config } from '../../../config/load.ts';
import { usualApi } from '../../core/git/git-host.ts';
import { type Check, type CheckResult, fine, open, wrong } from './check.ts';
import { statusOf } from './status-of.ts';

type Host = Config['git']['hosts'][number];

const limitMs = 10_000;
const guide = 'docs/how-to/use-git.md';

/** The tokens for git servers, one line each: a wrong one would else be found out in the middle of a task. Without any there is no line. */
export const gitCheck: Check = {
  name: 'Git',
  run: ({ config, signal }) =>
    Promise.all(config.git.hosts.filter(({ token }) => token !== null).map(host => judged(host, signal))),
};

async function judged(host: Host, signal: AbortSignal): Promise<CheckResult> {
  const name = `${host.url} (${host.repositories.join(', ')})`;
  const api = host.api === undefined ? usualApi(host.url) : host.api;
  if (api === null) return open(`${name}: it has no API, so its token is not tried`);
  const status = await askWho(api, host.token ?? '', signal);
  if (status === 401)
    return wrong(`${name} refuses the token: it is wrong or has expired`, `Make a new one: ${guide}.`);
  if (status === 200) return fine(`${name} takes the token`);
  if (status === 0)
    return open(`${name}: ${api} does not answer`, 'Tasks that push or open something there wait or fail meanwhile.');
  return open(`${name} answers ${status}, which says nothing of the token`);
}

/** The status of the answer to who the token is of, which every token may ask; 0: there was none. */
const askWho = (api: string, token: string, signal: AbortSignal): Promise<number> =>
  statusOf(`${api.replace(/\/$/, '')}/user`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'user-agent': 'parley' },
    redirect: 'manual',
    signal,
    limitMs,
  });
