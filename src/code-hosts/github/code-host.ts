import type { CodeHost } from '../../ports/code-host.ts';
import { type GithubGiven, githubClient } from './client.ts';
import { posts } from './post.ts';
import { reads } from './read.ts';

/** A repository on GitHub, or on a server with an API like its own. */
export function githubHost(given: GithubGiven): CodeHost {
  const ask = githubClient(given);
  const owner = given.repository.split('/')[0] ?? '';
  return { ...reads(ask, owner), ...posts(ask, owner) };
}
