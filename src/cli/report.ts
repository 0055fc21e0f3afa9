import { isParleyError } from '../core/errors.ts';
import { painter } from './colours.ts';
import type { CliContext } from './context.ts';
import { printable } from './printable.ts';

/** Says what went wrong. Our own errors say what to do; of any other, the place in the code helps whoever looks into it. */
export function report(error: unknown, { stderr, env, signal }: Pick<CliContext, 'stderr' | 'env' | 'signal'>): void {
  // What a person interrupted did not fail.
  if (signal.aborted && error === signal.reason) return;
  const mark = painter(stderr, env)('red', '✗');
  if (isParleyError(error)) {
    stderr.write(
      `${mark} ${printable(error.message).replaceAll('\n', '\n  ')}\n  (${error.code}; docs/errors.md says more)\n`,
    );
    return;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`${mark} Parley failed in a way that it should not. ${printable(what)}\n`);
}
