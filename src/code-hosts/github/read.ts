import type { CodeHost, Issue, Pull } from '../../ports/code-host.ts';
import {
  commentLines,
  fileLines,
  issueLines,
  issueShape,
  postedLines,
  pullLines,
  pullShape,
  taken,
} from './answers.ts';
import type { Ask } from './client.ts';

const page = 30;
const repo = '/repos/{owner}/{repo}';

/** What stands in the repository. */
export function reads(ask: Ask, owner: string): Omit<CodeHost, 'openIssue' | 'comment' | 'openPull'> {
  const comments = async (number: number, signal: AbortSignal): Promise<Issue['comments']> => {
    const found = await ask(`GET ${repo}/issues/{number}/comments`, { number, per_page: page }, signal);
    return taken(commentLines, found).map(({ user, body }) => ({ author: user, body }));
  };
  return {
    async issues(state, signal) {
      const found = taken(issueLines, await ask(`GET ${repo}/issues`, { state, per_page: page }, signal));
      // To GitHub a pull request is an issue, too.
      return found
        .filter(one => one.pull_request == null)
        .map(({ user, number, title, state: is }) => ({ number, title, state: is, author: user }));
    },
    async issue(number, signal) {
      const { user, title, state, body } = taken(
        issueShape,
        await ask(`GET ${repo}/issues/{number}`, { number }, signal),
      );
      const said = await comments(number, signal);
      return { number, title, state, author: user, body, comments: said, more: said.length === page };
    },
    async pulls(state, signal) {
      const found = taken(pullLines, await ask(`GET ${repo}/pulls`, { state, per_page: page }, signal));
      return found.map(lineOf);
    },
    async pull(number, signal): Promise<Pull> {
      const found = taken(pullShape, await ask(`GET ${repo}/pulls/{number}`, { number }, signal));
      const said = await comments(number, signal);
      const files = taken(fileLines, await ask(`GET ${repo}/pulls/{number}/files`, { number, per_page: page }, signal));
      return {
        ...lineOf(found),
        body: found.body,
        merged: found.merged,
        comments: said,
        files: files.map(({ filename, patch }) => ({ path: filename, patch })),
        more: said.length === page || files.length === page,
      };
    },
    async openPullOf({ head, base }, signal) {
      const wanted = { state: 'open', head: `${owner}:${head}`, base, per_page: 1 };
      const [found] = taken(postedLines, await ask(`GET ${repo}/pulls`, wanted, signal));
      return found === undefined ? null : { number: found.number, url: found.html_url };
    },
    async hasBranch(name, signal) {
      const found = await ask(`GET ${repo}/git/matching-refs/heads/{+name}`, { name }, signal);
      return Array.isArray(found) && found.some(one => one?.ref === `refs/heads/${name}`);
    },
  };
}

type Found = ReturnType<typeof taken<typeof pullShape>>;

const lineOf = ({ number, title, state, user, head, base }: Found) => ({
  number,
  title,
  state,
  author: user,
  head: head.ref,
  base: base.ref,
});
