import type { AgentId } from '../../src/core/ids.ts';
import type { BackOff } from '../../src/ports/back-off.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Turnstile } from '../../src/ports/turnstile.ts';
import type { Failure } from './failure.ts';
import { NotNow } from './not-now.ts';
import { pauseFor } from './pause.ts';

/** What all processes keep to at the homeserver. */
export interface HomeserverLimits {
  /** Null: any number of requests. */
  readonly turnstile: Turnstile | null;
  readonly backOff: BackOff;
}

/** A homeserver counts by user: https://spec.matrix.org/v1.16/client-server-api/#rate-limiting. What says no more is of a proxy, and for all. */
const everybody = '';
const accountOf = (as: AgentId | null): string => as ?? '~';

/** Those who waited for the same moment don't come at once. */
const spreadMs = 250;

interface Asking {
  readonly as: AgentId | null;
  /** Until when it may take. */
  readonly end: number;
}

interface Keeping extends HomeserverLimits {
  readonly clock: Clock;
  readonly stopping: AbortSignal;
}

/** Waits until the homeserver may be asked; gives how to say that it has been. Rejects with `NotNow`. */
export async function turnToAsk(asking: Asking, keeping: Keeping): Promise<() => void> {
  await leftAlone(asking, keeping);
  const { turnstile, clock, stopping } = keeping;
  if (turnstile === null) return () => undefined;
  const patience = AbortSignal.timeout(Math.max(1_000, asking.end - clock.now()));
  try {
    return await turnstile.enter(AbortSignal.any([stopping, patience]));
  } catch (error) {
    throw new NotNow('too many requests wait for the homeserver', null, error);
  }
}

async function leftAlone({ as, end }: Asking, { clock, backOff, stopping }: Keeping): Promise<void> {
  const left = (): number => Math.max(backOff.left(everybody), backOff.left(accountOf(as)));
  for (let ms = left(); ms > 0 && !stopping.aborted; ms = left()) {
    if (clock.now() + ms >= end) throw new NotNow('the homeserver asked to be left alone for longer', ms);
    await pauseFor(clock, ms + Math.random() * spreadMs, stopping);
  }
}

/** Where the homeserver asked to be left alone, all requests of that user wait, in all processes. */
export function noteRefusal(as: AgentId | null, failure: Failure, { backOff }: HomeserverLimits): void {
  if (failure.status !== 429 || failure.retryAfterMs === null) return;
  backOff.asked(failure.errcode === 'M_LIMIT_EXCEEDED' ? accountOf(as) : everybody, failure.retryAfterMs);
}
