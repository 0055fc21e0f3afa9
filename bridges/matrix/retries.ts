import { isParleyError, ParleyError } from '../../src/core/errors.ts';
import type { AgentId } from '../../src/core/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { type HomeserverAsked, tell } from '../../src/telemetry/fact.ts';
import type { Comeback } from './comeback.ts';
import { bridgeError, type Failure, failureOf } from './failure.ts';
import { NotNow } from './not-now.ts';
import { pauseBefore, pauseFor } from './pause.ts';
import { type HomeserverLimits, noteRefusal, turnToAsk } from './turn-to-ask.ts';

export interface RetryOptions {
  readonly limits: HomeserverLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every try whether the homeserver was there. */
  readonly saw: (reached: boolean) => void;
  /** Hears that the homeserver failed at what it was to change. */
  readonly onUnwell: () => void;
  /** Throws where nothing may be changed any more. Asked before each try of what is not only read. */
  readonly guard: () => void;
  /** Ends the pauses between tries. */
  readonly stopping: AbortSignal;
  /** Ends those of who waits for the homeserver to be reached. */
  readonly comeback: Pick<Comeback, 'next'>;
}

/** Of a request, what says how it is tried again. */
interface Retried {
  readonly what: string;
  readonly as: AgentId | null;
  readonly method?: string;
  readonly tryForMs?: number;
}

const defaultTryForMs = 120_000;

/** All that is sent may be sent again: by its transaction id, or because it only says what should be. */
export async function withRetries(
  request: Retried,
  options: RetryOptions,
  attempt: () => Promise<unknown>,
): Promise<unknown> {
  const { clock, log, saw, onUnwell, stopping, limits } = options;
  const end = clock.now() + (request.tryForMs ?? defaultTryForMs);
  for (let tries = 1; ; tries += 1) {
    let begun = clock.now();
    const told = (outcome: HomeserverAsked['outcome'], pauseMs = 0): void =>
      tell({ what: 'homeserver asked', outcome, pauseMs, tookMs: clock.now() - begun });
    try {
      const answer = await inTurn(request, { ...options, end }, () => {
        begun = clock.now();
        return attempt();
      });
      saw(true);
      told('taken');
      return answer;
    } catch (error) {
      if (isParleyError(error)) throw error;
      const failure = failureOf(error);
      if (!(error instanceof NotNow)) saw(failure.reached);
      if (failure.unwell && request.method !== 'GET') onUnwell();
      noteRefusal(request.as, failure, limits);
      const pause = pauseBefore(tries, failure.retryAfterMs);
      const goesOn = failure.passing && clock.now() + pause < end;
      const outcome = saysNone(request, failure) ? 'taken' : 'failed';
      told(goesOn ? 'again' : outcome, goesOn ? pause : 0);
      if (!goesOn) throw bridgeError(`Could not ${request.what}`, error);
      log.warn(
        { what: request.what, tries, pause, problem: failure.text },
        'the homeserver did not take a request; again',
      );
      const cameBack = await pauseAfter(failure, pause, options);
      if (stopping.aborted) throw stopped(request.what, error);
      if (cameBack) tries = 0;
    }
  }
}

/** Those who waited for the same moment don't come at once. */
const spreadMs = 250;

/** Waits so long; where the homeserver was not reached, only until it is back. True where it came back. */
async function pauseAfter(
  { reached }: Failure,
  ms: number,
  { clock, comeback, stopping }: Pick<RetryOptions, 'clock' | 'comeback' | 'stopping'>,
): Promise<boolean> {
  const back = comeback.next();
  await pauseFor(clock, ms, ...(reached ? [stopping] : [stopping, back]));
  if (reached || !back.aborted) return false;
  await pauseFor(clock, Math.random() * spreadMs, stopping);
  return true;
}

/** "There is none" answers whoever looks: most rooms have no topic, and direct chats no name. */
const saysNone = ({ method }: Retried, { errcode }: Failure): boolean => method === 'GET' && errcode === 'M_NOT_FOUND';

/** Whoever waited for the turn may have been given up meanwhile. */
async function inTurn(
  { as, method }: Retried,
  { guard, limits, clock, stopping, end }: RetryOptions & { readonly end: number },
  attempt: () => Promise<unknown>,
): Promise<unknown> {
  const done = await turnToAsk({ as, end }, { ...limits, clock, stopping });
  try {
    if (method !== 'GET') guard();
    return await attempt();
  } finally {
    done();
  }
}

function stopped(what: string, cause: unknown): ParleyError {
  return new ParleyError(
    'BRIDGE_REQUEST_FAILED',
    `Could not ${what} before the bridge stopped. It is tried again after the next start.`,
    {
      cause,
      retry: true,
    },
  );
}
