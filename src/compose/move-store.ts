import type { Config } from '../../config/load.ts';
import { ParleyError } from '../core/errors.ts';
import { lockDataFolder } from '../data-folder/lock.ts';
import { type MigrationProgress, pendingMigrations, runMigrations } from '../orchestrator/migrate/run-migrations.ts';
import { claimStore } from '../orchestrator/migrate/store-marks.ts';
import { systemClock } from '../system-clock.ts';
import { type CopyOptions, type CopySummary, copyStore } from './copy-store.ts';
import { installationName } from './installation-name.ts';
import { openBeneath, storeLine, withBeneath } from './open-store.ts';
import { openSealed } from './sealed.ts';

const clock = systemClock;

/** Where an installation can be kept. */
export type StoreKind = 'sqlite' | 'mongodb';

export interface CopyRequest extends Omit<CopyOptions, 'source'> {
  readonly config: Config;
  readonly from: StoreKind;
  readonly to: StoreKind;
}

export interface CopyResult {
  readonly digests: CopySummary;
  /** For people. */
  readonly from: string;
  readonly to: string;
}

export interface MigrateRequest {
  readonly config: Config;
  /** Whether it is done, or only told. */
  readonly apply: boolean;
  /** Whether the store is taken over from the installation that it belonged to. */
  readonly takeOver: boolean;
  readonly onPage: (progress: MigrationProgress) => void;
  readonly signal: AbortSignal;
}

export interface MigrationSummary {
  /** What was to be done, for people. */
  readonly pending: readonly string[];
  readonly done: boolean;
}

/** Nobody may start Parley in this data folder meanwhile. */
export async function copy({ config, from, to, ...request }: CopyRequest): Promise<CopyResult> {
  await using ending = new AsyncDisposableStack();
  const lock = lockDataFolder(config.dataDir);
  ending.defer(() => lock.release());
  const source = await withBeneath(given(config, from), async store => store !== null);
  if (!source) throw nothingToCopy(from);
  const [old, target] = [await openBeneath(given(config, from)), await openBeneath(given(config, to))];
  ending.defer(() => old.close());
  ending.defer(() => target.close());
  const name = await installationName(config);
  const digests = await copyStore(old, target, { ...request, source: `${from} of ${name}` });
  if (to === 'mongodb') await claimStore(target, name);
  return { digests, from: await storeLine(given(config, from)), to: await storeLine(given(config, to)) };
}

function given(config: CopyRequest['config'], kind: StoreKind) {
  if (kind === 'mongodb' && config.store.url === null) {
    const message =
      'MONGODB_URL (store.url) is not set, so there is no MongoDB to copy from or to. Set it, also for a copy back.';
    throw new ParleyError('CONFIG_INVALID', message);
  }
  return { config: kind === 'mongodb' ? config : { ...config, store: { url: null } }, clock };
}

const nothingToCopy = (from: StoreKind): ParleyError =>
  new ParleyError('COPY_REFUSED', `There is no installation in ${from} yet, so there is nothing to copy.`);

/** Says what is to be done to the documents, and does it if asked. */
export async function migrate({
  config,
  apply,
  takeOver,
  onPage,
  signal,
}: MigrateRequest): Promise<MigrationSummary | null> {
  if (takeOver && config.store.url !== null) {
    const store = await openBeneath({ config, clock });
    await claimStore(store, await installationName(config), true).finally(() => store.close());
  }
  return withBeneath({ config, clock }, async beneath => {
    if (beneath === null) return null;
    const pending = (await pendingMigrations(beneath)).map(({ what }) => what);
    if (apply && pending.length > 0) {
      const { store } = await openSealed(beneath, { config, clock });
      await runMigrations(store, { onPage, signal });
    }
    return { pending, done: apply };
  });
}
