import { Octokit } from '@octokit/core';
import { z } from 'zod';
import { isParleyError, ParleyError } from '../../core/errors.ts';

export interface GithubGiven {
  /** `https://api.github.com`. */
  readonly api: string;
  readonly token: string | null;
  /** `acme/app`. */
  readonly repository: string;
}

/** Asks the API for something of the repository, and gives what came, which nobody has looked at yet. */
export type Ask = (
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<unknown>;

const limitMs = 20_000;
const mostBytes = 8_000_000;
const longestWhy = 300;

export function githubClient({ api, token, repository }: GithubGiven): Ask {
  const [owner = '', repo = ''] = repository.split('/');
  const octokit = new Octokit({
    baseUrl: api.replace(/\/$/, ''),
    userAgent: 'parley',
    ...(token === null ? {} : { auth: token }),
    request: { fetch: boundedFetch },
    // What goes wrong is told by what is thrown.
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  return async (route, parameters, signal) => {
    const ending = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    try {
      const { data, status } = await octokit.request(route, {
        owner,
        repo,
        ...parameters,
        request: { signal: ending },
      });
      if (status >= 300) throw new ParleyError('CODE_HOST_REFUSED', `${repository}: ${moved}`);
      return data;
    } catch (error) {
      signal.throwIfAborted();
      throw isParleyError(error) ? error : failure(error, repository);
    }
  };
}

/** Where a repository was renamed or given to somebody else, the server says where it is now: that is another one than the operator and people have allowed. */
const moved =
  'it has moved, and is not followed to where it is now. Whoever runs Parley can name the new place in `git.hosts`.';

/** Nobody fills the memory with an answer, and nothing is sent on to where that leads. */
async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...options, redirect: 'manual' });
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw new Error('The answer is too long.');
    pieces.push(piece);
  }
  const empty = answer.status === 204 || answer.status === 304;
  return new Response(empty ? null : Buffer.concat(pieces), answer);
}

/** An answer of the server that is none of success. */
const refusalShape = z.object({ status: z.int(), response: z.object({ data: z.unknown() }) });

function failure(error: unknown, repository: string): ParleyError {
  const { data: refusal } = refusalShape.safeParse(error);
  if (refusal === undefined) {
    const details = { cause: error, retry: true };
    return new ParleyError('CODE_HOST_UNREACHABLE', `The server of ${repository} does not answer.`, details);
  }
  const { status, response } = refusal;
  if (status >= 500 || status === 429) {
    const said = `The server of ${repository} can’t answer now (${status}).`;
    return new ParleyError('CODE_HOST_UNREACHABLE', said, { retry: true });
  }
  const why = meaning[status] ?? `it was refused (${status}).`;
  return new ParleyError('CODE_HOST_REFUSED', `${repository}: ${why}${whyIn(response.data)}`);
}

const meaning: Readonly<Record<number, string>> = {
  401: 'the token that Parley has for it is wrong or has expired.',
  403: 'the token that Parley has for it does not allow that, or too much was asked lately.',
  404: 'that is not there, or the token that Parley has for it does not see it.',
};

const saidShape = z.object({
  message: z.string().catch(''),
  errors: z.array(z.object({ message: z.string().catch('') }).catch({ message: '' })).catch([]),
});

/** What the server says: its words, as a JSON string. */
function whyIn(data: unknown): string {
  const { data: said } = saidShape.safeParse(data);
  const texts = said === undefined ? [] : [said.message, ...said.errors.map(({ message }) => message)];
  const words = texts.filter(text => text !== '').join(' ');
  return words === '' ? '' : ` It says ${JSON.stringify(words.slice(0, longestWhy))}.`;
}
