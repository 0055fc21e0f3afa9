import { z } from 'zod';
import { branchName } from '../../core/git/branch-name.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { orWhy, pathOf } from '../workspace/desk.ts';
import { clone } from './clone.ts';
import { branch, commit, diff, log, status } from './local.ts';
import { pull } from './pull.ts';
import { lookAtPush, push } from './push.ts';
import { networkMs } from './run-git.ts';
import type { GitCall, Seat } from './seat.ts';

const name = z.string().max(200).regex(branchName, 'the name of a branch, such as fix/readme');

/** Each stage may do what is its business; the order and the bytes stay the same. */
const actionsOf = {
  design: ['clone', 'status', 'diff', 'log'],
  build: ['clone', 'status', 'diff', 'log', 'branch', 'commit', 'push', 'pull'],
  test: ['clone', 'status', 'diff', 'log', 'branch', 'commit', 'push', 'pull'],
  review: ['status', 'diff', 'log'],
} as const;

const parametersFor = (actions: readonly Action[]) =>
  z.object({
    action: z.enum(actions),
    folder: z.string().min(1).max(300).describe('Where the repository is or gets to, from the workspace: src/app.'),
    url: z.string().max(500).optional().describe('clone, push: its address, such as https://github.com/acme/app.'),
    branch: name.optional().describe('branch: to go to, made where it is not there. clone, pull, push: which one.'),
    message: z
      .string()
      .trim()
      .min(1)
      .max(5_000)
      .optional()
      .describe('commit: what is true now, in a line; more below.'),
    paths: z.array(z.string().min(1).max(300)).max(100).default([]).describe('commit: only these, from the folder.'),
    since: z
      .string()
      .max(200)
      .regex(/^(?!-)[\w./~^@-]+$/, 'a commit or branch')
      .optional()
      .describe('diff, log: a commit or branch.'),
    commit: z
      .string()
      .regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, 'the whole id of a commit, as log gives it')
      .optional()
      .describe('push: the whole id of the commit that the branch is to have.'),
  });

type Action = (typeof actionsOf)['build'][number];
type Wish = z.output<ReturnType<typeof parametersFor>>;

/** Works with a git repository in the workspace. Whatever it is told, only what a person has allowed is pushed. */
export const gitTool = (seat: Seat): Tool =>
  tool({
    name: 'git',
    description:
      'Works with git repositories in the workspace of the task. clone, pull: from the servers that are configured. status, diff, log: what is there. branch, commit: on the way to a change. push: puts a commit on a branch of the server, when a person has allowed just that. Other commands of git run in the shell, without a network.',
    parameters: parametersFor(actionsOf[seat.place.stage]),
    limitMs: 3 * networkMs,
    danger: ({ action, url = 'somewhere', branch: to = 'a branch', commit: id = 'a commit' }) =>
      action === 'push' ? `pushes ${id.slice(0, 12)} to ${to} of ${url}` : null,
    // What was pushed before a crash is found on the server.
    once: false,
    looksAhead: (wish, signal) => {
      const given = Object.fromEntries(
        Object.entries({ url: wish.url, branch: wish.branch, commit: wish.commit }).filter(
          ([, value]) => value !== undefined,
        ),
      );
      return unlessNo(() => lookAtPush(callOf(seat, wish, signal), given));
    },
    run: (wish, signal) => orWhy(async () => done(callOf(seat, wish, signal), wish)),
  });

const callOf = (seat: Seat, { folder }: Wish, signal: AbortSignal): GitCall => ({
  ...seat,
  folder: pathOf(folder),
  signal,
});

async function done(call: GitCall, wish: Wish): Promise<string> {
  const { url, branch: named, message, paths, since, commit: id } = wish;
  switch (wish.action) {
    case 'clone':
      return url === undefined ? 'To clone, give the url.' : clone(call, { url, branch: named ?? null });
    case 'status':
      return status(call);
    case 'diff':
      return diff(call, since ?? null);
    case 'log':
      return log(call, since ?? null);
    case 'branch':
      return named === undefined ? 'Say which branch.' : branch(call, named);
    case 'commit':
      return message === undefined ? 'To commit, give a message.' : commit(call, { message, paths });
    case 'pull':
      return pull(call, named ?? null);
    case 'push':
      return url === undefined || named === undefined || id === undefined
        ? 'To push, give url, branch and commit.'
        : push(call, { url, branch: named, commit: id });
  }
}

/** What can't be looked at is a reason not to ask. */
async function unlessNo(look: () => ReturnType<typeof lookAtPush>): ReturnType<typeof lookAtPush> {
  const ahead = await orWhy(look);
  return typeof ahead === 'string' ? { no: ahead } : ahead;
}
