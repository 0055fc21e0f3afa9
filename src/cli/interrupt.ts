/** A terminal's Ctrl-C reaches Parley twice when npm started it: from the terminal and passed on by npm. */
const sameKeyMs = 500;

interface Process {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
}

/**
 * Gives a signal that is aborted by the first SIGINT, SIGTERM or SIGHUP; another one later calls `endNow`, for a person who
 * doesn't want to wait.
 */
export function onInterrupt(process: Process, endNow: () => void, now: () => number = Date.now): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (first === undefined) {
        first = now();
        controller.abort(new Error(`stopped by ${name}`));
      } else if (now() - first > sameKeyMs) {
        endNow();
      }
    });
  }
  return controller.signal;
}
