import type { Installation } from '../orchestrator/installation.ts';
import type { ModelHealth } from '../ports/agent-runtime.ts';
import type { Clock } from '../ports/clock.ts';
import type { Prices, Today } from '../telemetry/metrics/hear-facts.ts';
import type { SeenError } from '../telemetry/metrics/tap-log.ts';

/** What there is to tell of when the start is over. */
export interface Watched {
  readonly parley: Pick<Installation, 'store' | 'queue' | 'agents'>;
  readonly prices: Prices;
  /** Asks the models' servers, so it may take a while. */
  readonly models: () => Promise<readonly ModelHealth[]>;
}

/** What the process knows of itself. */
export interface Known {
  readonly startedAt: number;
  readonly clock: Clock;
  readonly errors: () => readonly SeenError[];
  readonly today: () => Today;
}
