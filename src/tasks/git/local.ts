import { howItEnded } from '../workspace/desk.ts';
import { askGit, runGit } from './run-git.ts';
import { authorOf, type GitCall } from './seat.ts';

const mostCommits = 30;

/** What stands in the repository, for the model. */
export const status = (call: GitCall): Promise<string> => told(call, ['status', '--short', '--branch']);

/** What has changed since a commit or branch; by default since the last commit. */
export const diff = (call: GitCall, since: string | null): Promise<string> =>
  told(call, ['diff', '--stat', '--patch', '--no-ext-diff', '--no-textconv', since ?? 'HEAD', '--']);

export const log = (call: GitCall, of: string | null): Promise<string> =>
  told(call, ['log', `--max-count=${mostCommits}`, '--format=%H %an %as %s', of ?? 'HEAD', '--']);

/** Goes to a branch, and makes it where it is not there. */
export async function branch(call: GitCall, name: string): Promise<string> {
  const { desk, place, folder, signal } = call;
  const workspace = await desk.at(place, signal);
  const git = (...argv: string[]) => runGit(workspace, { argv, folder, signal });
  const there = await git('show-ref', '--verify', '--quiet', `refs/heads/${name}`);
  const ended = await git('switch', ...(there.exitCode === 0 ? [] : ['--create']), name);
  return ended.exitCode === 0 ? `On the branch ${name} now.` : `It could not be done. ${howItEnded(ended)}`;
}

/** Commits all that has changed, or what is named, as the agent. */
export async function commit(
  call: GitCall,
  { message, paths }: { readonly message: string; readonly paths: readonly string[] },
): Promise<string> {
  const { desk, place, folder, signal } = call;
  const workspace = await desk.at(place, signal);
  const added = await runGit(workspace, {
    argv: ['add', '--all', '--', ...(paths.length === 0 ? ['.'] : paths)],
    folder,
    signal,
  });
  if (added.exitCode !== 0) return `Nothing was committed. ${howItEnded(added)}`;
  const argv = ['commit', '--quiet', '--file=-'];
  const ended = await runGit(workspace, { argv, folder, signal, input: message, author: authorOf(call) });
  const head = await askGit(workspace, { argv: ['log', '-1', '--format=%H %s'], folder, signal });
  if (ended.exitCode === 0) return `Committed ${head}`;
  const staged = await runGit(workspace, { argv: ['diff', '--cached', '--quiet'], folder, signal });
  return staged.exitCode === 0 && head !== null
    ? `Nothing has changed since ${head}`
    : `Nothing was committed. ${howItEnded(ended)}`;
}

async function told({ desk, place, folder, signal }: GitCall, argv: readonly string[]): Promise<string> {
  const workspace = await desk.at(place, signal);
  const ended = await runGit(workspace, { argv, folder, signal });
  return ended.exitCode === 0 ? ended.stdout.text.trimEnd() || 'Nothing.' : howItEnded(ended);
}
