import { type GitHost, type Remote, remoteOf } from '../../core/git/git-host.ts';
import type { Workspace } from '../../ports/sandbox.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import type { Desk } from '../workspace/desk.ts';
import { askGit, grantFor } from './run-git.ts';

/** Where an agent works with git, and what it may reach from there. */
export interface Seat {
  readonly desk: Desk;
  readonly place: WorkPlace;
  readonly hosts: readonly GitHost[];
}

/** One call of the tool. */
export interface GitCall extends Seat {
  /** The repository in the workspace. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** As whom an agent commits. The address is one that nobody has. */
export const authorOf = ({ place: { agent } }: Seat): { readonly name: string; readonly email: string } => ({
  name: agent.name,
  email: `${agent._id}@parley.invalid`,
});

/** What to say where a repository is not among those that tasks may use. */
export const noRemote = ({ hosts }: Pick<Seat, 'hosts'>, given: string): string => {
  const names = hosts.flatMap(({ url, repositories }) => repositories.map(name => `${url}/${name}`));
  const known = names.length === 0 ? 'None is configured here' : `There are: ${names.slice(0, 20).join(', ')}`;
  return `${JSON.stringify(given.slice(0, 200))} is no repository that tasks may reach here. ${known} (\`git.hosts\` in the configuration).`;
};

/** The repository that the one in the workspace was cloned from; or why there is none to reach. */
export async function originOf(call: GitCall, workspace: Workspace): Promise<Remote | string> {
  const { folder, signal, hosts } = call;
  const url = await askGit(workspace, { argv: ['remote', 'get-url', 'origin'], folder, signal });
  if (url === null) return `${JSON.stringify(folder)} is no repository that was cloned. Clone one, or name its folder.`;
  return remoteOf(hosts, url) ?? noRemote(call, url);
}

/** Works in the workspace while a repository may be read from there. */
export const reading = <T>(call: GitCall, remote: Remote, run: (workspace: Workspace) => Promise<T>): Promise<T> =>
  call.desk.granting(call.place, [grantFor(remote)], { signal: call.signal, run });
