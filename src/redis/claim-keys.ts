import { ParleyError } from '../core/errors.ts';
import type { RedisAddress } from './address.ts';
import type { RedisClient } from './connect.ts';
import { placeOf } from './locate.ts';

/** How long an installation counts as there after it last said so, and how often it says so. */
const livesMs = 15_000;
const usualEveryMs = 5_000;

interface ClaimOptions {
  readonly client: RedisClient;
  readonly address: RedisAddress;
  readonly installation: string;
  /** Called once when another installation has them: while Redis was away, or this process was frozen, the claim may have run out. */
  readonly onTaken: (error: ParleyError) => void;
  readonly everyMs?: number;
}

/**
 * Says that the keys are this installation's, until it is stopped. Rejects with `REDIS_OF_ANOTHER` where another one is there: each would take
 * the other's wake-ups for its own.
 */
export async function claimKeys({
  client,
  address,
  installation,
  onTaken,
  everyMs = usualEveryMs,
}: ClaimOptions): Promise<{ stop(): void }> {
  const key = `{${address.prefix}}:installation`;
  const claim = async (): Promise<string> => {
    await client.set(key, installation, 'PX', livesMs, 'NX');
    const owner = (await client.get(key)) ?? installation;
    if (owner === installation) await client.pexpire(key, livesMs);
    return owner;
  };
  const owner = await claim();
  if (owner !== installation) throw ofAnother(address, owner, installation);
  const again = async (): Promise<void> => {
    const now = await claim();
    if (now === installation) return;
    clearInterval(timer);
    onTaken(ofAnother(address, now, installation));
  };
  const timer = setInterval(() => void again().catch(() => undefined), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

const ofAnother = (address: RedisAddress, owner: string, installation: string): ParleyError =>
  new ParleyError(
    'REDIS_OF_ANOTHER',
    `In Redis at ${placeOf(address)}, the installation ${owner} uses the keys that begin with “${address.prefix}”, and this one is ${installation}. ` +
      'Set REDIS_PREFIX to something else here; if the other one has ended, start again in a quarter of a minute.',
  );
