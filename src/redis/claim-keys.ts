import { ParleyError } from '../core/errors.ts';
import type { RedisAddress } from './address.ts';
import type { RedisClient } from './connect.ts';
import { placeOf } from './locate.ts';

/** How long an installation counts as there after it last said so, and how often it says so. */
export const livesMs = 15_000;
const usualEveryMs = 5_000;
/** A Redis that says nothing for so long is away. */
const patienceMs = 5_000;

interface ClaimOptions {
  readonly client: RedisClient;
  readonly address: RedisAddress;
  readonly installation: string;
  /** Called once when another one has them: while Redis was away, or this process was frozen, the claim may have run out. */
  readonly onTaken: (error: ParleyError) => void;
  readonly everyMs?: number;
}

/** Takes or prolongs a claim in one step, and gives whose it is: between two, it may run out and be another's. */
const takeScript = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return owner end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
`;

export interface Claim {
  stop(): void;
}

/**
 * Says that the keys are this installation's, until it is stopped. Rejects with `REDIS_OF_ANOTHER` where another one is there: each would take
 * the other's wake-ups for its own.
 */
export function claimKeys(options: ClaimOptions): Promise<Claim> {
  const { address, installation } = options;
  return claim({ ...options, name: 'installation', mine: installation, refused: ofAnother(address, installation) });
}

/**
 * Says, beside `claimKeys`, which store the work in these keys is about. Rejects with `REDIS_OF_ANOTHER` where a process of the same name
 * works with another store: one of the two is a copy of the other. A Redis that has gone away since it was looked at holds up no start: it is asked
 * when it is back.
 */
export function claimKeysFor(store: string, options: ClaimOptions): Promise<Claim> {
  const { address, installation } = options;
  const refused = (): ParleyError => ofCopy(address, installation);
  return claim({ ...options, name: 'store', mine: store, refused, orAway: true });
}

interface Claiming extends Omit<ClaimOptions, 'installation'> {
  /** The end of the key that says whose they are. */
  readonly name: 'installation' | 'store';
  readonly mine: string;
  readonly refused: (owner: string) => ParleyError;
  /** Whether Redis may be away. */
  readonly orAway?: true;
}

async function claim({ client, address, onTaken, everyMs = usualEveryMs, ...claiming }: Claiming): Promise<Claim> {
  const { name, mine, refused, orAway } = claiming;
  const key = `{${address.prefix}}:${name}`;
  const take = async (): Promise<string> => String(await client.eval(takeScript, 1, key, mine, livesMs));
  const owner = await (orAway ? answeredInTime(take(), mine) : take());
  if (owner !== mine) throw refused(owner);
  const again = async (): Promise<void> => {
    const now = await take();
    if (now === mine) return;
    clearInterval(timer);
    onTaken(refused(now));
  };
  const timer = setInterval(() => void again().catch(() => undefined), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function answeredInTime<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  const late = new Promise<T>(resolve => void setTimeout(resolve, patienceMs, otherwise).unref());
  return Promise.race([answer.catch(() => otherwise), late]);
}

const ofAnother = (address: RedisAddress, installation: string) => (owner: string) =>
  new ParleyError(
    'REDIS_OF_ANOTHER',
    `In Redis at ${placeOf(address)}, the installation ${owner} uses the keys that begin with “${address.prefix}”, and this one is ${installation}. ` +
      'Set REDIS_PREFIX to something else here; if the other one has ended, start again in a quarter of a minute.',
  );

const ofCopy = (address: RedisAddress, installation: string): ParleyError =>
  new ParleyError(
    'REDIS_OF_ANOTHER',
    `At Redis at ${placeOf(address)} another Parley of the name ${installation} is at work, with another database: one of the two is a copy of the other, ` +
      'and both would act for the same agents. End the one that is no longer to be used, and then start this one. If all of them are to have one ' +
      'database: MONGODB_URL has to be the same everywhere.',
  );
