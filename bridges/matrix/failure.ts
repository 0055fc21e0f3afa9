import { HTTPError, MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { type ErrorCode, ParleyError } from '../../src/core/errors.ts';
import { NotNow } from './not-now.ts';

/** What a failed request says about trying it again. */
export interface Failure {
  /** The homeserver's answer, or null where there was none. */
  readonly status: number | null;
  readonly errcode: string | null;
  /** False where nobody, or only a proxy, was there. An answer that is late says nothing of that. */
  readonly reached: boolean;
  /** The homeserver itself fails at what it is asked. What it says of others, or a proxy says of it, does not count. */
  readonly unwell: boolean;
  /** Whether the same request may go through later. */
  readonly passing: boolean;
  readonly retryAfterMs: number | null;
  readonly text: string;
}

/** Reads what the SDK throws. Whatever is no answer of the homeserver is a failure of the way to it, and passes. */
export function failureOf(error: unknown): Failure {
  if (error instanceof NotNow) {
    const { retryAfterMs, message: text } = error;
    return { ...noAnswer, reached: true, retryAfterMs, text };
  }
  if (!(error instanceof HTTPError)) {
    const late = error instanceof Error && error.name === 'AbortError';
    return { ...noAnswer, reached: late, text: reasonOf(error) };
  }
  const status = error.httpStatus ?? null;
  const passing = status === null || status >= 500 || status === 429 || status === 408;
  const errcode = error instanceof MatrixError ? (error.errcode ?? null) : null;
  const ofProxies = status !== null && [502, 503, 504].includes(status);
  const reached = !ofProxies || errcode !== null;
  const unwell = status !== null && status >= 500 && !ofProxies;
  return { status, errcode, reached, unwell, passing, retryAfterMs: retryAfter(error), text: error.message };
}

const noAnswer = { status: null, errcode: null, unwell: false, passing: true, retryAfterMs: null } as const;

function retryAfter(error: HTTPError): number | null {
  try {
    return error.isRateLimitError() ? error.getRetryAfterMs() : null;
  } catch {
    return null;
  }
}

/** `fetch` says only "fetch failed"; what happened stands in the cause, at times one level deeper. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error ? reasonOf(cause) : error.name === 'AbortError' ? 'no answer in time' : error.message;
}

/** The failure of `what` as Parley's own error. */
export function bridgeError(what: string, error: unknown): ParleyError {
  if (error instanceof ParleyError) return error;
  const failure = failureOf(error);
  const retryAfterMs = failure.retryAfterMs === null ? {} : { retryAfterMs: failure.retryAfterMs };
  const details = { cause: error, retry: failure.passing, ...retryAfterMs };
  return new ParleyError(codeOf(failure), `${what}: ${failure.text}. ${remedyFor(failure)}`, details);
}

function codeOf({ status, errcode }: Failure): ErrorCode {
  if (errcode === 'M_UNKNOWN_TOKEN' || errcode === 'M_MISSING_TOKEN') return 'REGISTRATION_REJECTED';
  if (errcode === 'M_TOO_LARGE' || status === 413) return 'MESSAGE_TOO_LARGE';
  return status === 403 ? 'BRIDGE_FORBIDDEN' : 'BRIDGE_REQUEST_FAILED';
}

function remedyFor(failure: Failure): string {
  switch (codeOf(failure)) {
    case 'REGISTRATION_REJECTED':
      return 'Compare as_token in the homeserver’s registration file with Parley’s, and restart the homeserver.';
    case 'BRIDGE_FORBIDDEN':
      return 'Invite the agent, or give it the power that it needs.';
    case 'MESSAGE_TOO_LARGE':
      return 'Raise the largest upload at the homeserver (max_upload_size), and at a proxy before it.';
    default:
      return failure.passing
        ? 'See that the homeserver runs and can be reached, and try again.'
        : 'Why the homeserver refuses it may stand in its log.';
  }
}
