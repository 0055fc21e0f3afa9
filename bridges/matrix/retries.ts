import { ParleyError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { type HomeserverAsked, tell } from '../../src/telemetry/fact.ts';
import { bridgeError, failureOf } from './failure.ts';
import { pauseBefore, pauseFor } from './pause.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every try whether the homeserver was there. */
  readonly saw: (reached: boolean) => void;
  /** Throws where nothing may be changed any more. Asked before each try of what is not only read. */
  readonly guard: () => void;
  /** Ends the pauses between tries. */
  readonly stopping: AbortSignal;
}

const defaultTryForMs = 120_000;

/** All that is sent may be sent again: by its transaction id, or because it only says what should be. */
export async function withRetries(
  request: { readonly what: string; readonly method?: string; readonly tryForMs?: number },
  { clock, log, saw, guard, stopping }: RetryOptions,
  attempt: () => Promise<unknown>,
): Promise<unknown> {
  const end = clock.now() + (request.tryForMs ?? defaultTryForMs);
  for (let tries = 1; ; tries += 1) {
    if (request.method !== 'GET') guard();
    const begun = clock.now();
    const told = (outcome: HomeserverAsked['outcome'], pauseMs = 0): void =>
      tell({ what: 'homeserver asked', outcome, pauseMs, tookMs: clock.now() - begun });
    try {
      const answer = await attempt();
      saw(true);
      told('taken');
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      saw(failure.reached);
      const pause = pauseBefore(tries, failure.retryAfterMs);
      const goesOn = failure.passing && clock.now() + pause < end;
      told(goesOn ? 'again' : 'failed', goesOn ? pause : 0);
      if (!goesOn) throw bridgeError(`Could not ${request.what}`, error);
      log.warn(
        { what: request.what, tries, pause, problem: failure.text },
        'the homeserver did not take a request; again',
      );
      await pauseFor(clock, pause, stopping);
      if (stopping.aborted) throw stopped(request.what, error);
    }
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
