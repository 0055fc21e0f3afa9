import type { Failure } from './failures/failure.ts';
import type { RuntimeLimits } from './limits.ts';
import type { ModelSource } from './models/source.ts';

export interface FailedTry {
  readonly source: ModelSource;
  readonly failure: Failure;
  /** Counted from 0. */
  readonly attempt: number;
  readonly promptTokens: number;
}

/** A request below this is not shortened: it is the model that is wrong, not the length. */
const fewTokens = 2000;
const mostShortenings = 3;

/**
 * How many milliseconds to wait before the same model is asked again, or null when it should not be. Remembers in the source what the
 * failure taught: that a server wants no `stream_options`, or that its context is smaller.
 */
export function nextTry(tried: FailedTry, limits: RuntimeLimits, random = Math.random): number | null {
  const { source, failure, attempt, promptTokens } = tried;
  if (source.askUsage && failure.trouble === 'request' && complainsOfUsage(failure)) {
    source.askUsage = false;
    return 0;
  }
  if (failure.trouble === 'context' && promptTokens > fewTokens && attempt < mostShortenings) {
    source.contextTokens = Math.floor(Math.min(source.contextTokens, promptTokens) / 2);
    return 0;
  }
  if (!failure.transient || attempt >= limits.retries) return null;
  const asked = failure.error.retryAfterMs;
  if (asked !== undefined) return asked <= limits.longestWaitMs ? asked : null;
  if (failure.trouble === 'rate') return null;
  return limits.backoffMs * 2 ** attempt * (0.5 + random() / 2);
}

function complainsOfUsage({ error }: Failure): boolean {
  const { cause } = error;
  const words = cause instanceof Error ? cause.message : '';
  return /stream_options|include_usage|extra (fields|inputs)|(unrecognized|unknown|unexpected) (field|parameter|argument|key)/i.test(
    words,
  );
}
