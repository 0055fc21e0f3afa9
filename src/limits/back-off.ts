import { recent } from '../core/recent.ts';
import type { BackOff } from '../ports/back-off.ts';
import type { Clock } from '../ports/clock.ts';
import type { Signals } from '../ports/signals.ts';

/** Nobody is believed to want more. */
const longestMs = 3_600_000;
/** Of so many accounts it is known; who is forgotten asks once more, and is told again. */
const mostAccounts = 10_000;

interface BackOffOptions {
  /** Which server it is, the same in all processes. */
  readonly server: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly signals: Pick<Signals, 'send' | 'listen'>;
}

/** Kept in this process, and told to the others at once; each counts by its own clock. */
export function backOff({ server, clock, signals }: BackOffOptions): BackOff {
  const until = recent<string, number>(mostAccounts);

  function note(account: string, ms: number): void {
    const end = clock.now() + Math.min(ms, longestMs);
    if (end > (until.get(account) ?? 0)) until.set(account, end);
  }

  signals.listen(signal => {
    if (signal.type === 'asked-to-wait' && signal.server === server) note(signal.account, signal.ms);
  });

  return {
    asked(account, ms) {
      note(account, ms);
      signals.send({ type: 'asked-to-wait', server, account, ms });
    },
    left: account => Math.max(0, (until.get(account) ?? 0) - clock.now()),
  };
}
