import type { CodeHost } from '../../ports/code-host.ts';

export const reads = ['list_issues', 'read_issue', 'list_pulls', 'read_pull'] as const;

interface Reading {
  readonly action: (typeof reads)[number];
  readonly state: 'open' | 'closed';
  readonly number: number | null;
}

/** What stands there, each entry as JSON: the words of others never look like Parley's. */
export async function read(host: CodeHost, { action, state, number }: Reading, signal: AbortSignal): Promise<string> {
  if (action === 'list_issues') return lines(await host.issues(state, signal));
  if (action === 'list_pulls') return lines(await host.pulls(state, signal));
  if (number === null) return 'Say which one, by its number.';
  if (action === 'read_issue') {
    const { comments, more, ...issue } = await host.issue(number, signal);
    return lines([issue, ...comments.map(comment => ({ comment })), ...(more ? [{ more: 'comments' }] : [])]);
  }
  const { comments, files, more, ...pull } = await host.pull(number, signal);
  const rest = more ? [{ more: 'comments or files' }] : [];
  return lines([pull, ...comments.map(comment => ({ comment })), ...files.map(file => ({ file })), ...rest]);
}

const lines = (entries: readonly object[]): string =>
  entries.length === 0 ? 'There are none.' : entries.map(entry => JSON.stringify(entry)).join('\n');
