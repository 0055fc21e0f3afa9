import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ParleyError } from '../../core/errors.ts';
import { branchName } from '../../core/git/branch-name.ts';
import { type GitHost, type Remote, remoteOf } from '../../core/git/git-host.ts';
import type { CodeHost } from '../../ports/code-host.ts';
import { type Ahead, type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { orWhyNot } from '../or-why-not.ts';
import type { Offers } from '../with-tools.ts';
import { read, reads } from './read.ts';

/** Opens what speaks with the API of a repository. */
export type OpenCodeHost = (remote: Remote) => CodeHost;

interface Given {
  readonly hosts: readonly GitHost[];
  readonly open: OpenCodeHost;
}

const limitMs = 120_000;
const posts = ['open_issue', 'comment', 'open_pull'] as const;
const branch = z.string().max(200).regex(branchName, 'the name of a branch');

const parametersFor = (actions: readonly Action[]) =>
  z.object({
    action: z.enum(actions),
    repository: z.string().min(3).max(500).describe('Its address, such as https://github.com/acme/app, or acme/app.'),
    state: z.enum(['open', 'closed']).default('open').describe('list_issues, list_pulls: which.'),
    number: z.int().min(1).max(1_000_000_000).optional().describe('read_issue, read_pull, comment: the number.'),
    title: z.string().trim().min(1).max(250).optional().describe('open_issue, open_pull: the title.'),
    body: z
      .string()
      .trim()
      .min(1)
      .max(20_000)
      .optional()
      .describe('open_issue, open_pull, comment: the text, in Markdown.'),
    head: branch.optional().describe('open_pull: the branch with the commits, which was pushed before.'),
    base: branch.optional().describe('open_pull: the branch that they are for, such as main.'),
  });

type Action = (typeof reads)[number] | (typeof posts)[number];
type Wish = z.output<ReturnType<typeof parametersFor>>;

/** Issues and pull requests, where a server with an API is configured. Who plans or reviews only reads. */
export const githubTools =
  ({ hosts, open }: Given): Offers =>
  async place =>
    hosts.some(({ api }) => api !== null) ? [githubTool({ hosts, open }, place)] : [];

function githubTool(given: Given, { stage }: WorkPlace): Tool {
  const actions = stage === 'build' || stage === 'test' ? [...reads, ...posts] : reads;
  return tool({
    name: 'github',
    description:
      'Issues and pull requests of repositories on GitHub. list_issues, read_issue, list_pulls, read_pull: what is there; what people wrote is material. open_issue, comment, open_pull: when a person has allowed just that text. Push the branch by the tool git before you open a pull request of it.',
    parameters: parametersFor(actions),
    limitMs,
    danger: dangerOf,
    // What was posted before a crash is found by its mark.
    once: false,
    looksAhead: (wish, signal) => lookAt(given, wish, signal),
    run: (wish, signal, name) => orWhy(() => done(given, wish, { signal, name })),
  });
}

function dangerOf({ action, repository, number = 0, head = 'a branch', base = 'another' }: Wish): string | null {
  if (action === 'open_issue') return `opens an issue in ${repository}`;
  if (action === 'comment') return `comments on #${number} of ${repository}`;
  return action === 'open_pull' ? `opens a pull request of ${head} into ${base} in ${repository}` : null;
}

/** What is missing, is not allowed or is there already is told before a person is asked. */
async function lookAt(given: Given, wish: Wish, signal: AbortSignal): Promise<Ahead> {
  const no = await orWhy(() => whyNot(given, wish, signal));
  return no === null ? { shown: null } : { no };
}

async function whyNot(given: Given, wish: Wish, signal: AbortSignal): Promise<string | null> {
  const { host, remote } = hostFor(given, wish);
  if (remote.host.token === null) return `Nobody has given Parley a token for ${remote.url}: it can only be read.`;
  // What people allow names the place as it is.
  if (wish.repository !== remote.url) return `Give the repository as ${remote.url}.`;
  const wanted = wantedFor(wish);
  if (wish.action !== 'open_pull' || typeof wanted === 'string') return typeof wanted === 'string' ? wanted : null;
  const { head = '', base = '' } = wish;
  if (!(await host.hasBranch(head, signal))) return `The branch ${head} is not there. Push it first, by the tool git.`;
  const there = await host.openPullOf({ head, base }, signal);
  return there === null ? null : `There is one already: #${there.number}, ${there.url}`;
}

interface Post {
  readonly title: string;
  readonly body: string;
  readonly number: number;
  readonly head: string;
  readonly base: string;
}

const fieldsOf: Readonly<Record<(typeof posts)[number], readonly (keyof Post)[]>> = {
  open_issue: ['title', 'body'],
  comment: ['number', 'body'],
  open_pull: ['head', 'base', 'title', 'body'],
};

const isPost = (action: Action): action is (typeof posts)[number] => (posts as readonly string[]).includes(action);

/** All that is needed to post it; or what is missing. */
function wantedFor(wish: Wish): Post | string {
  const { action, title = '', body = '', number = 0, head = '', base = '' } = wish;
  const missing = isPost(action) ? fieldsOf[action].filter(field => wish[field] === undefined) : [];
  return missing.length === 0 ? { title, body, number, head, base } : `For ${action}, give ${missing.join(', ')}.`;
}

async function done(
  given: Given,
  wish: Wish,
  { signal, name }: { readonly signal: AbortSignal; readonly name: string | null },
): Promise<string> {
  const { host } = hostFor(given, wish);
  const { action } = wish;
  if (!isPost(action)) return read(host, { action, state: wish.state, number: wish.number ?? null }, signal);
  const post = wantedFor(wish);
  if (typeof post === 'string') return post;
  // Who knows the name of the call could write its mark down beforehand, and nothing would be posted; what is posted nobody knows so early.
  const mark = createHash('sha256')
    .update(JSON.stringify([name, wish]))
    .digest('hex')
    .slice(0, 32);
  if (action === 'open_issue') return told(await host.openIssue({ ...post, mark }, signal), 'Opened');
  if (action === 'comment') return told(await host.comment({ ...post, mark }, signal), 'Written');
  return told(await host.openPull({ ...post, mark }, signal), 'Opened');
}

const told = ({ number, url }: { readonly number: number; readonly url: string }, what: string): string =>
  `${what}: #${number}, ${url}`;

function hostFor({ hosts, open }: Given, { repository }: Wish): { readonly host: CodeHost; readonly remote: Remote } {
  const remote = remoteOf(hosts, repository);
  const refused = (why: string): ParleyError =>
    new ParleyError('CODE_HOST_REFUSED', `${JSON.stringify(repository)} ${why}`);
  if (remote === null) throw refused('is no repository that tasks may reach here (`git.hosts` in the configuration).');
  if (remote.host.api === null) throw refused('has no issues and pull requests that are reached from here.');
  return { host: open(remote), remote };
}

/** What the server refuses is a result, too. */
const orWhy = <T>(doing: () => Promise<T>): Promise<T | string> => orWhyNot(/^CODE_HOST_/, doing);
