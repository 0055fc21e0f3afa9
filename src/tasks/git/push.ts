import { type Remote, remoteOf } from '../../core/git/git-host.ts';
import type { Workspace } from '../../ports/sandbox.ts';
import type { Ahead } from '../../ports/tool.ts';
import { howItEnded } from '../workspace/desk.ts';
import { askGit, grantFor, networkMs, plainly, runGit } from './run-git.ts';
import { type GitCall, noRemote, originOf, reading } from './seat.ts';

/** Just what is to be pushed: this commit, to this branch of this repository. */
export interface Push {
  readonly url: string;
  readonly branch: string;
  /** Its whole id. */
  readonly commit: string;
}

const longestList = 20;

/** Whether there is anything to ask a person about, and the commits, as the workspace tells of them. */
export async function lookAtPush(call: GitCall, given: Partial<Push>): Promise<Ahead> {
  const { hosts } = call;
  const { url, branch, commit } = given;
  if (url === undefined || branch === undefined || commit === undefined) return { no: await whatToGive(call) };
  const remote = remoteOf(hosts, url);
  if (remote === null) return { no: noRemote(call, url) };
  if (remote.host.token === null) return { no: noToken(remote) };
  // What people allow names the place as it is.
  if (url !== remote.url) return { no: `Give the url as ${remote.url}.` };
  return reading(call, remote, async workspace => {
    const found = await standing({ call, workspace, remote }, { url, branch, commit });
    if (found.state !== 'open') return { no: found.say };
    return { shown: await commitsOf({ call, workspace, remote }, commit, found.from) };
  });
}

/** Pushes it, by a way that lets nothing else through. May be repeated: what stands there is found there. */
export async function push(call: GitCall, wish: Push): Promise<string> {
  const remote = remoteOf(call.hosts, wish.url);
  if (remote === null) return noRemote(call, wish.url);
  if (remote.host.token === null) return noToken(remote);
  const ref = `refs/heads/${wish.branch}`;
  const { desk, place, folder, signal } = call;
  const run = async (workspace: Workspace): Promise<string> => {
    const found = await standing({ call, workspace, remote }, wish);
    if (found.state !== 'open') return found.say;
    const argv = [...plainly(remote), 'push', '--quiet', '--no-follow-tags', remote.url, `${wish.commit}:${ref}`];
    const ended = await runGit(workspace, { argv, folder, signal, timeoutMs: networkMs });
    return ended.exitCode === 0 ? pushed(wish, remote) : `It could not be pushed. ${howItEnded(ended)}`;
  };
  return desk.granting(place, [grantFor(remote, { ref, to: wish.commit })], { signal, run });
}

const noToken = ({ url }: Remote): string =>
  `Nobody has given Parley a token for ${url}: it can be read, and not pushed to.`;

const pushed = ({ commit, branch }: Push, { url }: Remote): string =>
  `${commit} stands on the branch ${branch} of ${url}.`;

interface Scene {
  readonly call: GitCall;
  readonly workspace: Workspace;
  readonly remote: Remote;
}

type Standing =
  | { readonly state: 'open'; readonly from: string | null }
  | { readonly state: 'done' | 'not'; readonly say: string };

/** How the branch stands there: `open`: the commit can be pushed on it, as git sees it. `from` is the commit that it has now; null: it is not there. */
async function standing({ call, workspace, remote }: Scene, wish: Push): Promise<Standing> {
  const { folder, signal } = call;
  const ask = (...argv: string[]) => askGit(workspace, { argv, folder, signal, timeoutMs: networkMs });
  const { commit, branch } = wish;
  if ((await ask('rev-parse', '--verify', '--quiet', `${commit}^{commit}`)) !== commit)
    return { state: 'not', say: `There is no commit ${commit} in ${folder}. \`log\` gives the whole ids.` };
  const listed = await ask(...plainly(remote), 'ls-remote', remote.url, `refs/heads/${branch}`);
  if (listed === null) return { state: 'not', say: `${remote.url} can't be read.` };
  const from = /^[0-9a-f]{40,64}/.exec(listed)?.[0] ?? null;
  if (from === null) return { state: 'open', from };
  if (from === commit) return { state: 'done', say: pushed(wish, remote) };
  await ask(...plainly(remote), 'fetch', '--quiet', remote.url, `refs/heads/${branch}`);
  if ((await ask('merge-base', '--is-ancestor', commit, from)) !== null)
    return { state: 'done', say: `${pushed(wish, remote)} More was put on top of it since.` };
  return (await ask('merge-base', '--is-ancestor', from, commit)) === null
    ? {
        state: 'not',
        say: `The branch ${branch} of ${remote.url} has commits that are not below ${commit}. Pull it first.`,
      }
    : { state: 'open', from };
}

async function commitsOf({ call, workspace }: Scene, commit: string, from: string | null): Promise<string> {
  const { folder, signal } = call;
  const ask = (...argv: string[]) => askGit(workspace, { argv, folder, signal });
  const without = from === null ? ['--not', '--remotes=origin'] : ['--not', from];
  const commits = await ask('log', `--max-count=${longestList}`, '--format=%h %an: %s', commit, ...without);
  const left = Number(await ask('rev-list', '--count', commit, ...without)) - longestList;
  const base = from ?? (await ask('merge-base', commit, 'origin/HEAD'));
  const files = base === null ? null : await ask('diff', '--stat=80', '--no-ext-diff', base, commit);
  const more = left > 0 ? `… and ${left} commits below these` : null;
  return [from === null ? 'A new branch:' : `On top of ${from}:`, commits, more, files]
    .filter(part => part !== null && part !== '')
    .join('\n');
}

/** A model that does not know the whole arguments yet gets them. */
async function whatToGive(call: GitCall): Promise<string> {
  const { desk, place, folder, signal } = call;
  const workspace = await desk.at(place, signal);
  const [origin, head, branch] = [
    await originOf(call, workspace),
    await askGit(workspace, { argv: ['rev-parse', 'HEAD'], folder, signal }),
    await askGit(workspace, { argv: ['symbolic-ref', '--short', 'HEAD'], folder, signal }),
  ];
  const now = typeof origin === 'string' ? '' : ` Here: ${JSON.stringify({ url: origin.url, branch, commit: head })}`;
  return `Not pushed: give url, branch and commit (its whole id); a person is asked about just these.${now}`;
}
