import { isParleyError } from '../../core/errors.ts';
import { remoteOf } from '../../core/git/git-host.ts';
import type { Workspace } from '../../ports/sandbox.ts';
import { howItEnded } from '../workspace/desk.ts';
import { askGit, networkMs, plainly, runGit } from './run-git.ts';
import { type GitCall, noRemote, reading } from './seat.ts';

/** Clones a repository into a folder that is not there yet. What was cut off in the middle begins anew. */
export async function clone(
  call: GitCall,
  { url, branch }: { readonly url: string; readonly branch: string | null },
): Promise<string> {
  const { folder, signal, hosts } = call;
  const remote = remoteOf(hosts, url);
  if (remote === null) return noRemote(call, url);
  return reading(call, remote, async workspace => {
    const there = await askGit(workspace, { argv: ['-C', folder, 'remote', 'get-url', 'origin'], folder: '.', signal });
    if (there !== null && (await isThere(workspace, folder))) return `A clone of ${there} is in ${folder} already.`;
    const part = `${folder}.cloning`;
    await workspace.files.remove(part);
    const which = branch === null ? [] : ['--branch', branch];
    const argv = [...plainly(remote), 'clone', '--quiet', ...which, '--', remote.url, part];
    const ended = await runGit(workspace, { argv, folder: '.', signal, timeoutMs: networkMs });
    if (ended.exitCode !== 0) return `It could not be cloned. ${howItEnded(ended)}`;
    await workspace.files.move(part, folder);
    const head = await askGit(workspace, { argv: ['log', '-1', '--format=%h %s'], folder, signal });
    return `Cloned ${remote.url} into ${folder}${head === null ? '; it is empty.' : `, at ${head}`}`;
  });
}

/** A folder of its own, and not one inside of another repository. */
async function isThere({ files }: Workspace, folder: string): Promise<boolean> {
  try {
    return (await files.list(`${folder}/.git`, { depth: 1, limit: 1 })).entries.length > 0;
  } catch (error) {
    if (isParleyError(error, 'WORKSPACE_NO_FILE')) return false;
    throw error;
  }
}
