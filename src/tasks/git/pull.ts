import { howItEnded } from '../workspace/desk.ts';
import { askGit, networkMs, plainly, runGit } from './run-git.ts';
import { authorOf, type GitCall, originOf, reading } from './seat.ts';

/** Takes in what the branch has got where the repository was cloned from. */
export async function pull(call: GitCall, branch: string | null): Promise<string> {
  const { desk, place, folder, signal } = call;
  const here = await desk.at(place, signal);
  const remote = await originOf(call, here);
  if (typeof remote === 'string') return remote;
  const name = branch ?? (await askGit(here, { argv: ['symbolic-ref', '--short', 'HEAD'], folder, signal }));
  if (name === null) return 'No branch is checked out here. Say which one to pull.';
  return reading(call, remote, async workspace => {
    const argv = [...plainly(remote), 'pull', '--no-rebase', '--no-edit', '--quiet', remote.url, `refs/heads/${name}`];
    const ended = await runGit(workspace, { argv, folder, signal, author: authorOf(call), timeoutMs: networkMs });
    const head = await askGit(workspace, { argv: ['log', '-1', '--format=%H %s'], folder, signal });
    return ended.exitCode === 0
      ? `Pulled ${name} of ${remote.url}; here is ${head}`
      : `It could not be pulled. ${howItEnded(ended)}`;
  });
}
