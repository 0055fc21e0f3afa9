import type { Config } from '../../config/load.ts';
import type { ModelConfig } from '../agents/models/model-config.ts';
import { sharedLimits, turnstile } from '../limits/turnstile.ts';
import type { Log } from '../ports/log.ts';
import type { Turnstile } from '../ports/turnstile.ts';
import { connectRedis } from '../redis/connect.ts';
import { redisAddressOf } from './open-work.ts';

/** Answers end before; what is left over is of a process that died. */
const spareMs = 60_000;

/** Where calls of models wait for their turn: kept by all processes together where there is Redis. Null for models without limits. */
export function modelLimits(
  { config, log }: { readonly config: Pick<Config, 'redis' | 'models'>; readonly log: Log },
  ending: AsyncDisposableStack,
): (model: ModelConfig) => Turnstile | null {
  const address = redisAddressOf(config);
  const limited = config.models.some(({ atOnce, perMinute }) => atOnce !== undefined || perMinute !== undefined);
  if (!limited) return () => null;
  const shared = address === null ? null : sharedLimits(connectRedis(address, 'commands', log), address.prefix);
  if (shared !== null) ending.defer(() => shared.connection.disconnect(false));
  return ({ id, atOnce = null, perMinute = null, answerSeconds }) =>
    atOnce === null && perMinute === null
      ? null
      : turnstile({ name: id, atOnce, perMinute, longestMs: answerSeconds * 1000 + spareMs, shared, log });
}
