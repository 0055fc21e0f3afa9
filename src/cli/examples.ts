import type { CliContext } from './context.ts';

/** Makes the action of a command of a function that is loaded when it is needed, and keeps its exit code. */
export type Does = <Args extends unknown[]>(
  load: () => Promise<(context: CliContext, ...args: Args) => Promise<number>>,
) => (...args: Args) => Promise<void>;

export function examples(...lines: string[]): string {
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map(line => `  ${line}`).join('\n')}`;
}
