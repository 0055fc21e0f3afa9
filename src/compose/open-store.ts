import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/load.ts';
import { ParleyError } from '../core/errors.ts';
import { refuseHalfRestored } from '../orchestrator/backup/fill-store.ts';
import { migrations as allMigrations, type Migration } from '../orchestrator/migrate/migrations.ts';
import { pendingMigrations, runMigrations } from '../orchestrator/migrate/run-migrations.ts';
import { claimStore, ofAnother, ownerOf, refuseMoved } from '../orchestrator/migrate/store-marks.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { type Store, tellsTime } from '../ports/store.ts';
import type { SharedClock } from '../shared-clock.ts';
import { describeMongo, openMongoStore } from '../stores/mongo/store.ts';
import { openSqliteStore } from '../stores/sqlite/store.ts';
import { installationName, knownInstallationName } from './installation-name.ts';
import { lookAfterKeys, openForReading, openSealed, type SealedParts } from './sealed.ts';

type StoreConfig = Pick<Config, 'dataDir' | 'keys' | 'matrix' | 'store'>;

interface Given {
  readonly config: StoreConfig;
  readonly clock: Clock;
}

/** What a running Parley opens its store with. */
export interface Opening extends Given {
  readonly log: Log;
  /** Default: those of this version. */
  readonly migrations?: readonly Migration[];
  /** Hears what is about to be changed in the documents, for people, before any of it is. */
  readonly onMigrate?: (pending: readonly string[]) => void;
  /** What goes by the time of the store's server, where there is one, until `ending`. */
  readonly follow?: SharedClock['follow'];
  /** Ends a change of documents between two pages. */
  readonly signal?: AbortSignal;
}

const fileOf = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'parley.db');

/** The store that holds what is sealed, as the configuration names it: in a MongoDB, or else in the data folder. */
export async function openBeneath({ config, clock }: Given): Promise<Store> {
  const { url } = config.store;
  return url === null ? openSqliteStore({ path: fileOf(config), clock }) : openMongoStore({ url, clock });
}

/**
 * The store of a running Parley, sealed, with its keys looked after until `ending`. It is this installation's, and its documents are of
 * this version: those of the embedded store are brought to it, those of a MongoDB by `npx parley migrate`. Rejects with `STORE_*`.
 */
export async function openStore(given: Opening, ending: AsyncDisposableStack): Promise<SealedParts> {
  const { config, migrations: steps = allMigrations, onMigrate, signal, follow } = given;
  const beneath = await openBeneath(given);
  ending.defer(() => beneath.close());
  if (follow !== undefined && tellsTime(beneath)) ending.defer(await follow(beneath));
  await refuseHalfRestored(beneath);
  await refuseMoved(beneath);
  const shared = config.store.url !== null;
  if (shared) await claimStore(beneath, await installationName(config));
  const pending = await pendingMigrations(beneath, steps);
  if (shared && pending.length > 0) throw tooOld(pending.length);
  const sealed = await openSealed(beneath, given);
  if (pending.length > 0) onMigrate?.(pending.map(({ what }) => what));
  await runMigrations(sealed.store, { steps, ...(signal === undefined ? {} : { signal }) });
  ending.defer(lookAfterKeys(sealed, given));
  return sealed;
}

const tooOld = (behind: number): ParleyError =>
  new ParleyError(
    'STORE_TOO_OLD',
    `The documents of the store are ${behind === 1 ? 'a version' : `${behind} versions`} behind this Parley. ` +
      'Run npx parley migrate --yes, and start Parley again; processes of the former version may run on meanwhile.',
  );

/** The store of this installation, or null where there is none yet; reads beside a Parley that runs. */
export const withStore = <T>(given: Given, use: (store: Store | null) => Promise<T>): Promise<T> =>
  withBeneath(given, async beneath => use(beneath && (await openForReading(beneath, given))));

/** The same, but what is sealed stays so: for work on the keys. Rejects where the store is another installation's. */
export async function withBeneath<T>(
  given: Pick<Opening, 'config' | 'clock' | 'migrations'>,
  use: (beneath: Store | null) => Promise<T>,
): Promise<T> {
  const { config, clock, migrations } = given;
  const { url } = config.store;
  if (url === null && !existsSync(fileOf(config))) return use(null);
  const beneath = url === null ? await openBeneath(given) : await openMongoStore({ url, clock, fit: false });
  try {
    if (url !== null && !(await isOurs(beneath, config))) return await use(null);
    await pendingMigrations(beneath, migrations);
    return await use(beneath);
  } finally {
    await beneath.close();
  }
}

/** False where it is nobody's yet. */
async function isOurs(beneath: Store, config: StoreConfig): Promise<boolean> {
  const owner = await ownerOf(beneath);
  if (owner === null) return false;
  const name = await knownInstallationName(config);
  if (owner !== name) throw ofAnother(owner, name ?? 'a new one');
  return true;
}

/** What the store is, for people. */
export const storeLine = async ({ config }: { readonly config: StoreConfig }): Promise<string> =>
  config.store.url === null ? `SQLite at ${fileOf(config)}` : describeMongo(config.store.url);
