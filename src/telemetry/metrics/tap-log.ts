import { type ErrorCode, errorCodes, isParleyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Meter } from './meter.ts';

export interface SeenError {
  /** Of docs/errors.md; `OTHER`: without one. */
  readonly code: string;
  readonly level: 'warn' | 'error';
  readonly count: number;
  /** The latest one, in milliseconds since 1970. */
  readonly lastAt: number;
  /** What the log said then: a sentence of ours. */
  readonly message: string;
}

export interface TappedLog {
  readonly log: Log;
  /** What went wrong since the start, the latest first; as many as there are codes. */
  readonly errors: () => readonly SeenError[];
}

/** The same log; its warnings and errors are counted by code. */
export function tapLog(log: Log, { meter, clock }: { readonly meter: Meter; readonly clock: Clock }): TappedLog {
  const seen = new Map<string, SeenError>();
  const see = (level: 'warn' | 'error', fields: Readonly<Record<string, unknown>>, message: string): void => {
    const code = codeOf(fields);
    meter.count('parley_errors_total', { code, level });
    const known = seen.get(code);
    const worst = known?.level === 'error' ? 'error' : level;
    seen.delete(code);
    seen.set(code, { code, level: worst, count: (known?.count ?? 0) + 1, lastAt: clock.now(), message });
  };
  return {
    log: {
      debug: log.debug,
      info: log.info,
      warn(fields, message) {
        see('warn', fields, message);
        log.warn(fields, message);
      },
      error(fields, message) {
        see('error', fields, message);
        log.error(fields, message);
      },
    },
    errors: () => [...seen.values()].reverse(),
  };
}

/** Whatever else is called a code (of a system, of a provider) has no place in a label. */
function codeOf({ err, error, code }: Readonly<Record<string, unknown>>): ErrorCode | 'OTHER' {
  const thrown = err ?? error;
  if (isParleyError(thrown)) return thrown.code;
  return typeof code === 'string' && Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : 'OTHER';
}
