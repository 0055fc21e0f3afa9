import type { HomeserverLimits } from '../../bridges/matrix/turn-to-ask.ts';
import { backOff } from '../../src/limits/back-off.ts';
import { noSignals, type Signals } from '../../src/ports/signals.ts';
import { systemClock } from '../../src/system-clock.ts';

/** Any number of requests, and as long a back-off as the homeserver asks for; of one process, or of several by their signals. */
export const unlimited = (signals: Signals = noSignals): HomeserverLimits => ({
  turnstile: null,
  backOff: backOff({ server: 'homeserver', clock: systemClock, signals }),
});
