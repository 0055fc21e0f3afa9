import type { CodeHost } from '../../ports/code-host.ts';
import { fromOutside } from '../from-outside.ts';

export const reads = ['list_issues', 'read_issue', 'list_pulls', 'read_pull'] as const;

interface Reading {
  readonly action: (typeof reads)[number];
  readonly state: 'open' | 'closed';
  readonly number: number | null;
}

/** The end of the mark is to stand in what a model reads of it, too. */
const longest = 14_000;

/** What stands there, marked as from outside, each entry as JSON: the words of others never look like Parley's. */
export async function read(host: CodeHost, { action, state, number }: Reading, signal: AbortSignal): Promise<string> {
  if (action === 'list_issues') return marked('Issues, one a line.', await host.issues(state, signal));
  if (action === 'list_pulls') return marked('Pull requests, one a line.', await host.pulls(state, signal));
  if (number === null) return 'Say which one, by its number.';
  if (action === 'read_issue') {
    const { comments, more, ...issue } = await host.issue(number, signal);
    return marked(withRest(`Issue #${number} and what is written below it, one a line.`, more && 'comments'), [
      issue,
      ...comments.map(comment => ({ comment })),
    ]);
  }
  const { comments, files, more, ...pull } = await host.pull(number, signal);
  return marked(
    withRest(
      `Pull request #${number}, what is written below it and its files, one a line.`,
      more && 'comments or files',
    ),
    [pull, ...comments.map(comment => ({ comment })), ...files.map(file => ({ file }))],
  );
}

const withRest = (what: string, rest: string | false): string =>
  rest === false ? what : `${what} There are more ${rest} than these.`;

function marked(what: string, entries: readonly object[]): string {
  if (entries.length === 0) return 'There are none.';
  const text = entries.map(entry => JSON.stringify(entry)).join('\n');
  const rest = text.length - longest;
  return rest <= 0
    ? fromOutside(what, text)
    : fromOutside(`${what} Of its end ${rest} characters are left out.`, text.slice(0, longest));
}
