import { join } from 'node:path';
import type { Config } from '../../config/load.ts';
import { ParleyError } from '../core/errors.ts';
import { environmentKey } from '../keys/local/environment-key.ts';
import { fileKey } from '../keys/local/file-key.ts';
import type { Clock } from '../ports/clock.ts';
import type { MasterKey } from '../ports/keys.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { keepKeys } from '../stores/sealed/keep-keys.ts';
import { type Keyring, openKeyring, storedKeys } from '../stores/sealed/keyring.ts';
import { openOrMakeKeyring, sealedStore } from '../stores/sealed/store.ts';

interface Given {
  readonly config: Pick<Config, 'dataDir' | 'keys'>;
  readonly clock: Clock;
}

/** A store that seals, and what it is made of. */
export interface SealedParts {
  readonly store: Store;
  /** The store that holds what is sealed. */
  readonly beneath: Store;
  readonly keys: Keyring;
  readonly master: MasterKey;
}

/** The master key, where the configuration says. A key management service would be one more case here. */
function masterKeyOf({ dataDir, keys }: Given['config']): MasterKey {
  if (keys.master !== null) return environmentKey({ current: keys.master, former: keys.formerMaster });
  if (keys.formerMaster === null) return fileKey(keys.file ?? join(dataDir, 'master.key'));
  const message = 'PARLEY_MASTER_KEY_FORMER is set, and PARLEY_MASTER_KEY is not. Set both, or neither.';
  throw new ParleyError('CONFIG_INVALID', message);
}

/** Seals `beneath`; the first start makes what keys are missing. Errors: `KEY_MISSING`, `KEY_WRONG`, and nothing was written. */
export async function openSealed(beneath: Store, { config, clock }: Given): Promise<SealedParts> {
  const master = masterKeyOf(config);
  const keys = await openOrMakeKeyring({ store: beneath, master, clock });
  return { store: sealedStore(beneath, keys), beneath, keys, master };
}

/** For commands that only read: makes nothing. A store from before there were keys is read as it is. */
export async function openForReading(beneath: Store, { config, clock }: Given): Promise<Store> {
  if ((await storedKeys(beneath)).length === 0) return beneath;
  return sealedStore(beneath, await openKeyring({ store: beneath, master: masterKeyOf(config), clock }));
}

/** Looks after the keys while Parley runs. Gives its end. */
export function lookAfterKeys(
  { beneath, keys, master }: SealedParts,
  { config, clock, log }: Given & { readonly log: Log },
): () => Promise<void> {
  const rotateAfterMs = config.keys.rotateDays * 24 * 3_600_000;
  return keepKeys({ store: beneath, keys, master, clock, log, rotateAfterMs });
}
