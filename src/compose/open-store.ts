import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/load.ts';
import { refuseHalfRestored } from '../orchestrator/backup/fill-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { openSqliteStore } from '../stores/sqlite/store.ts';
import { lookAfterKeys, openForReading, openSealed, type SealedParts } from './sealed.ts';

type StoreConfig = Pick<Config, 'dataDir' | 'keys'>;

interface Given {
  readonly config: StoreConfig;
  readonly clock: Clock;
}

const fileOf = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'parley.db');

/** The store that holds what is sealed, as the configuration names it. */
export const openBeneath = ({ config, clock }: Given): Store => openSqliteStore({ path: fileOf(config), clock });

/** The store of a running Parley, sealed, with its keys looked after until `ending`. */
export async function openStore(
  given: Given & { readonly log: Log },
  ending: AsyncDisposableStack,
): Promise<SealedParts> {
  const beneath = openBeneath(given);
  ending.defer(() => beneath.close());
  await refuseHalfRestored(beneath);
  const sealed = await openSealed(beneath, given);
  ending.defer(lookAfterKeys(sealed, given));
  return sealed;
}

/** The store of this installation, or null where there is none yet; reads beside a Parley that runs. */
export const withStore = <T>(given: Given, use: (store: Store | null) => Promise<T>): Promise<T> =>
  withBeneath(given, async beneath => use(beneath && (await openForReading(beneath, given))));

/** The same, but what is sealed stays so: for work on the keys. */
export async function withBeneath<T>(given: Given, use: (beneath: Store | null) => Promise<T>): Promise<T> {
  if (!existsSync(fileOf(given.config))) return use(null);
  const beneath = openBeneath(given);
  try {
    return await use(beneath);
  } finally {
    await beneath.close();
  }
}

/** What the store is, for people. */
export const storeLine = ({ config }: { readonly config: StoreConfig }): string => `SQLite at ${fileOf(config)}`;
