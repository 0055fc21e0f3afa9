import { isParleyError } from '../../core/errors.ts';
import type { Remote } from '../../core/git/git-host.ts';
import type { RefUpdate } from '../../core/git/receive-pack.ts';
import type { Ended, Workspace } from '../../ports/sandbox.ts';
import type { GitGrant, Grant } from '../../ports/sandbox-network.ts';

/** How git is run in a workspace: nothing asks, nothing but HTTP, no programs of the repository. */
const settings = [
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'protocol.allow=never',
  'protocol.http.allow=always',
  'http.followRedirects=false',
  'credential.helper=',
  'advice.detachedHead=false',
].flatMap(setting => ['-c', setting]);
const outputBytes = 12_000;
const localMs = 60_000;
/** A change takes so many of them at most. */
const mostLocks = 4;
/** A large repository over a slow line. */
export const networkMs = 10 * 60_000;

export interface GitRun {
  readonly argv: readonly string[];
  /** Where the repository is, from the workspace. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly input?: string;
  /** Whose commits these are. */
  readonly author?: { readonly name: string; readonly email: string };
  readonly timeoutMs?: number;
}

/** Runs git in a workspace. What a git that was killed there has left locked is unlocked: only one call is under way at a time. */
export async function runGit(workspace: Workspace, run: GitRun): Promise<Ended> {
  for (let left = mostLocks; ; left -= 1) {
    const ended = await runOnce(workspace, run);
    const lock = ended.exitCode === 0 || left === 0 ? null : lockIn(ended.stderr.text);
    if (lock === null || !(await isRemoved(workspace, `${run.folder}/.git/${lock}`))) return ended;
  }
}

/** The lock in the way, as git names it; null: there is none. */
const lockIn = (complaint: string): string | null =>
  /'[^'\n]*\/\.git\/((?:[\w#+@-][\w.#+@-]*\/)*[\w#+@-][\w.#+@-]*\.lock)': File exists/.exec(complaint)?.[1] ?? null;

const isRemoved = ({ files }: Workspace, path: string): Promise<boolean> =>
  files.remove(path).catch((error: unknown) => {
    if (isParleyError(error, 'WORKSPACE_NO_FILE') || isParleyError(error, 'WORKSPACE_OUTSIDE')) return false;
    throw error;
  });

function runOnce(workspace: Workspace, run: GitRun): Promise<Ended> {
  const { argv, folder, signal, input, author, timeoutMs = localMs } = run;
  const env =
    author === undefined
      ? {}
      : {
          GIT_AUTHOR_NAME: author.name,
          GIT_AUTHOR_EMAIL: author.email,
          GIT_COMMITTER_NAME: author.name,
          GIT_COMMITTER_EMAIL: author.email,
        };
  return workspace.run(
    { argv: ['git', ...settings, ...argv], folder, env, ...(input === undefined ? {} : { input }) },
    { signal, timeoutMs, outputBytes },
  );
}

/** What it printed, where it went well; else null. */
export async function askGit(workspace: Workspace, run: GitRun): Promise<string | null> {
  const { exitCode, stdout } = await runGit(workspace, run);
  return exitCode === 0 ? stdout.text.trim() : null;
}

/** Inside, git speaks plain HTTP, so that whoever is outside can add the token. */
export const plainly = ({ host }: Remote): string[] => {
  const plain = host.url.replace(/^https:/, 'http:');
  return plain === host.url ? [] : ['-c', `url.${plain}/.insteadOf=${host.url}/`];
};

/** The way to a repository: to read it, and to push just one change where one is given. */
export function grantFor({ host, repository }: Remote, push?: RefUpdate): Grant {
  const { protocol, hostname, port } = new URL(host.url);
  const secure = protocol === 'https:';
  const own: GitGrant = {
    repository,
    ...(host.token === null ? {} : { headers: { authorization: basic(host.username, host.token) } }),
    ...(push === undefined ? {} : { push }),
  };
  return {
    host: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    secure,
    git: [own],
    ...(host.internal ? { internal: true as const } : {}),
  };
}

const basic = (username: string, token: string): string => `Basic ${btoa(`${username}:${token}`)}`;
