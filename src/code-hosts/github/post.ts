import { isParleyError } from '../../core/errors.ts';
import type { CodeHost, Posted } from '../../ports/code-host.ts';
import { commentShape, commentsPosted, postedLines, postedShape, taken } from './answers.ts';
import type { Ask } from './client.ts';

const page = 100;
const mostPages = 3;
const repo = '/repos/{owner}/{repo}';

/** Hidden where people read it, and kept by the server as it is. */
const markText = (mark: string): string => `<!-- parley:${mark} -->`;
const withMark = (body: string, mark: string): string => `${body}\n\n${markText(mark)}`;

interface Once {
  readonly mark: string;
  /** The newest of its kind, page by page. */
  readonly list: (
    nth: number,
  ) => Promise<readonly { readonly body?: string | null | undefined; readonly posted: Posted }[]>;
  readonly post: () => Promise<Posted>;
}

/** Posts what is not there yet, and looks again where the answer was lost. */
async function once({ mark, list, post }: Once): Promise<Posted> {
  const find = async (): Promise<Posted | null> => {
    for (let nth = 1; nth <= mostPages; nth += 1) {
      const found = await list(nth);
      const mine = found.find(({ body }) => body?.includes(markText(mark)) === true);
      if (mine !== undefined) return mine.posted;
      if (found.length < page) return null;
    }
    return null;
  };
  const there = await find();
  if (there !== null) return there;
  try {
    return await post();
  } catch (error) {
    const posted = isParleyError(error, 'CODE_HOST_UNREACHABLE') ? await find() : null;
    if (posted === null) throw error;
    return posted;
  }
}

/** What is put into the repository: each once. */
export function posts(ask: Ask, owner: string): Pick<CodeHost, 'openIssue' | 'comment' | 'openPull'> {
  const newestComments = { per_page: page, sort: 'created', direction: 'desc' } as const;
  const newest = { per_page: page, sort: 'created', direction: 'desc', state: 'all' } as const;
  const lines = (found: unknown) =>
    taken(postedLines, found).map(({ body, number, html_url }) => ({ body, posted: { number, url: html_url } }));
  const opened = (found: unknown): Posted => {
    const { number, html_url } = taken(postedShape, found);
    return { number, url: html_url };
  };
  return {
    openIssue: ({ title, body, mark }, signal) =>
      once({
        mark,
        list: async nth => lines(await ask(`GET ${repo}/issues`, { ...newest, page: nth }, signal)),
        post: async () => opened(await ask(`POST ${repo}/issues`, { title, body: withMark(body, mark) }, signal)),
      }),
    openPull: ({ head, base, title, body, mark }, signal) =>
      once({
        mark,
        list: async nth =>
          lines(await ask(`GET ${repo}/pulls`, { ...newest, head: `${owner}:${head}`, page: nth }, signal)),
        post: async () =>
          opened(await ask(`POST ${repo}/pulls`, { head, base, title, body: withMark(body, mark) }, signal)),
      }),
    comment: ({ number, body, mark }, signal) =>
      once({
        mark,
        // Those of all issues, as only so the newest come first.
        list: async nth => {
          const found = await ask(`GET ${repo}/issues/comments`, { ...newestComments, page: nth }, signal);
          return taken(commentsPosted, found).map(one => ({ body: one.body, posted: { number, url: one.html_url } }));
        },
        post: async () => {
          const made = await ask(
            `POST ${repo}/issues/{number}/comments`,
            { number, body: withMark(body, mark) },
            signal,
          );
          return { number, url: taken(commentShape, made).html_url };
        },
      }),
  };
}
