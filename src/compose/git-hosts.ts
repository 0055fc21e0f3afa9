import type { Config } from '../../config/load.ts';
import { githubHost } from '../code-hosts/github/code-host.ts';
import { type GitHost, usualApi } from '../core/git/git-host.ts';
import { githubTools } from '../tasks/github/github-tool.ts';
import type { Offers } from '../tasks/with-tools.ts';

/** The servers of git repositories, with the address of their API where it goes without saying. */
export const gitHosts = ({ git }: Pick<Config, 'git'>): GitHost[] =>
  git.hosts.map(host => ({ ...host, api: host.api === undefined ? usualApi(host.url) : host.api }));

/** Issues and pull requests of these servers. */
export const githubOffers = (config: Pick<Config, 'git'>): Offers =>
  githubTools({
    hosts: gitHosts(config),
    open: ({ host: { api, token }, repository }) => githubHost({ api: api ?? '', token, repository }),
  });
