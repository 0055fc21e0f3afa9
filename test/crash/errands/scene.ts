import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { type GitServer, gitServer } from '../../fakes/git-server.ts';
import { type FakeGithub, fakeGithub } from '../../fakes/github.ts';
import { type PostOffice, postOffice } from '../../fakes/post-office.ts';
import { codersFolder } from './coders.ts';
import type { Arrived } from './verify-errands.ts';
import { mailbox } from './wish.ts';

const token = 'tk-of-the-crash-test';
const name = 'acme/app';

/** The servers on which errands have effects. They are not killed. */
export interface Scene {
  /** Where the repository is. */
  readonly repository: string;
  readonly config: object;
  readonly env: Readonly<Record<string, string>>;
  /** What has come of all errands there. */
  arrived(): Arrived;
  close(): void;
}

export async function openScene(): Promise<Scene> {
  const post = await postOffice();
  const server = await gitServer({ token, isPrivate: true });
  server.create(name, { 'README.md': 'The books.\n' });
  // So that each change of a branch is counted.
  server.git(name, 'config', 'core.logAllRefUpdates', 'always');
  const github = await fakeGithub({ token, repository: name });
  github.branches(() => branchesOf(server));
  const url = `http://${hostname()}:${server.port}`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file.
  const host = { url, repositories: [name], internal: true, token: '${GIT_TOKEN}', api: github.url };
  const { port, user, password } = post;
  const agents = codersFolder();
  return {
    repository: `${url}/${name}`,
    config: {
      mail: { host: '127.0.0.1', port, security: 'none', user, from: 'parley@example.org', allow: [mailbox] },
      git: { hosts: [host] },
    },
    env: { SMTP_PASSWORD: password, GIT_TOKEN: token, PARLEY_AGENTS: agents },
    arrived: () => arrivedAt({ post, server, github }),
    close() {
      rmSync(agents, { recursive: true, force: true });
      post.close();
      server.close();
      github.close();
    },
  };
}

const branchesOf = (server: GitServer): string[] =>
  server.git(name, 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads').split('\n');

interface Servers {
  readonly post: PostOffice;
  readonly server: GitServer;
  readonly github: FakeGithub;
}

function arrivedAt({ post, server, github }: Servers): Arrived {
  const branches = branchesOf(server).filter(branch => branch !== 'main');
  const lines = (...argv: readonly string[]): string[] =>
    server
      .git(name, ...argv)
      .split('\n')
      .filter(line => line !== '');
  return {
    mails: post.mails.map(({ subject = '' }) => subject),
    issues: github.items.filter(({ kind }) => kind === 'issue').map(({ title }) => title),
    pulls: github.items.filter(({ kind }) => kind === 'pull').map(({ head = '' }) => head),
    branches: branches.map(branch => ({
      name: branch,
      commits: lines('log', '--format=%s', `main..${branch}`),
      pushes: lines('log', '--walk-reflogs', '--format=%gd', branch).length,
    })),
  };
}
