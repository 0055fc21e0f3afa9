import type { HomeserverLimits } from '../../bridges/matrix/turn-to-ask.ts';
import type { Config } from '../../config/load.ts';
import type { ModelConfig } from '../agents/models/model-config.ts';
import { backOff } from '../limits/back-off.ts';
import { sharedLimits, turnstile } from '../limits/turnstile.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Signals } from '../ports/signals.ts';
import type { Turnstile, TurnstileLimits } from '../ports/turnstile.ts';
import { connectRedis } from '../redis/connect.ts';
import { redisAddressOf } from './open-work.ts';

/** Answers end before; what is left over is of a process that died. */
const spareMs = 60_000;
/** No request to a homeserver takes longer, with its answer. */
const longestRequestMs = 60_000;
/** No search takes longer. */
const longestSearchMs = 60_000;
/** No id of a model has a colon at its beginning. */
const [homeserver, search] = [':homeserver', ':search'];

interface Given {
  readonly config: Pick<Config, 'redis' | 'models' | 'matrix' | 'web'>;
  readonly log: Log;
}

/** Where calls to the outside wait for their turn: kept by all processes together where there is Redis. Null where there is no limit. */
export interface Limits {
  model(model: ModelConfig): Turnstile | null;
  readonly homeserver: Turnstile | null;
  /** Null where nothing is searched. */
  readonly search: Turnstile | null;
}

interface Named extends TurnstileLimits {
  readonly name: string;
}

export function openLimits({ config, log }: Given, ending: AsyncDisposableStack): Limits {
  const address = redisAddressOf(config);
  const { requestsAtOnce, requestsPerMinute } = config.matrix;
  const searches = { atOnce: null, perMinute: config.web.search === 'none' ? null : config.web.searchesPerMinute };
  const limited = [...config.models, { atOnce: requestsAtOnce, perMinute: requestsPerMinute }, searches].some(
    ({ atOnce = null, perMinute = null }) => atOnce !== null || perMinute !== null,
  );
  const shared =
    address === null || !limited ? null : sharedLimits(connectRedis(address, 'commands', log), address.prefix);
  if (shared !== null) ending.defer(() => shared.connection.disconnect(false));
  const made = ({ atOnce, perMinute, ...named }: Named): Turnstile | null =>
    atOnce === null && perMinute === null ? null : turnstile({ ...named, atOnce, perMinute, shared, log });
  return {
    model: ({ id: name, atOnce = null, perMinute = null, answerSeconds }) =>
      made({ name, atOnce, perMinute, longestMs: answerSeconds * 1000 + spareMs }),
    homeserver: made({
      name: homeserver,
      atOnce: requestsAtOnce,
      perMinute: requestsPerMinute,
      longestMs: longestRequestMs + spareMs,
    }),
    search: made({ ...searches, name: search, longestMs: longestSearchMs }),
  };
}

/** What all processes keep to at the homeserver. */
export const homeserverLimits = (
  { homeserver: turnstile }: Pick<Limits, 'homeserver'>,
  { clock, signals }: { readonly clock: Clock; readonly signals: Signals },
): HomeserverLimits => ({ turnstile, backOff: backOff({ server: 'homeserver', clock, signals }) });
