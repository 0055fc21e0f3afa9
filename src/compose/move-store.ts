import type { Config } from '../../config/load.ts';
import { ParleyError } from '../core/errors.ts';
import { lockDataFolder } from '../data-folder/lock.ts';
import { isUnfinished } from '../orchestrator/backup/fill-store.ts';
import { migrations as allMigrations, type Migration } from '../orchestrator/migrate/migrations.ts';
import { type MigrationProgress, pendingMigrations, runMigrations } from '../orchestrator/migrate/run-migrations.ts';
import { claimStore, forgetMoved, noteMoved, refuseMoved } from '../orchestrator/migrate/store-marks.ts';
import type { Store } from '../ports/store.ts';
import { systemClock } from '../system-clock.ts';
import { type CopyOptions, type CopySummary, copyStore } from './copy-store.ts';
import { installationName } from './installation-name.ts';
import { openBeneath, storeLine, withBeneath } from './open-store.ts';
import { endParley, untilNobodyWorks, type Waiting } from './quiet-source.ts';
import { openSealed } from './sealed.ts';

const clock = systemClock;

/** Where an installation can be kept. */
export type StoreKind = 'sqlite' | 'mongodb';

export interface CopyRequest extends Omit<CopyOptions, 'source' | 'settle' | 'onVerified' | 'now'> {
  readonly config: Config;
  readonly from: StoreKind;
  readonly to: StoreKind;
  /** Hears how many processes have to be stopped before it goes on. */
  readonly onWaiting: (count: number) => void;
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
  /** Default: those of this version. */
  readonly migrations?: readonly Migration[];
}

export interface MigrationSummary {
  /** What was to be done, for people. */
  readonly pending: readonly string[];
  readonly done: boolean;
}

/**
 * Moves an installation to another store while it runs. At the end, for the moment that the last changes and the comparison take, Parley has to be
 * away: in the data folder it is asked to end, and nobody may start it there meanwhile; of a MongoDB `onWaiting` hears how many processes are
 * still to be stopped. The store that was copied is marked, so that nobody goes on there.
 */
export async function copy({ config, from, to, onWaiting, ...request }: CopyRequest): Promise<CopyResult> {
  await using ending = new AsyncDisposableStack();
  const settle = async (): Promise<void> => {
    if (from === 'mongodb') return closeStore(old, { where: lines.to, onWaiting, signal: request.signal });
    const lock = await endParley(config.dataDir, request.signal);
    ending.defer(() => lock.release());
  };
  if (to === 'sqlite') {
    const lock = lockDataFolder(config.dataDir);
    ending.defer(() => lock.release());
  }
  const source = await withBeneath(given(config, from), async store => store !== null);
  if (!source) throw nothingToCopy(from);
  const [old, target] = [await openBeneath(given(config, from)), await openBeneath(given(config, to))];
  ending.defer(() => old.close());
  ending.defer(() => target.close());
  const name = await installationName(config);
  const lines = { from: await storeLine(given(config, from)), to: await storeLine(given(config, to)) };
  if (!(await isUnfinished(target))) await refuseMoved(old);
  const onVerified = async (): Promise<void> => {
    if (to === 'mongodb') await claimStore(target, name);
    // Killed right after it, neither can be started, and the same command again brings it to its end.
    await noteMoved(old, lines.to);
  };
  const options = { ...request, now: clock.now, settle, onVerified, source: `${from} of ${name}` };
  return { digests: await copyStore(old, target, options), ...lines };
}

/**
 * Nobody works on the store any more, and nobody begins to: whoever starts joins the processes and then looks for the mark, so either it sees that or
 * it is seen here.
 */
async function closeStore(store: Store, { where, ...waiting }: Waiting & { readonly where: string }): Promise<void> {
  await untilNobodyWorks(store, waiting);
  await noteMoved(store, where);
  await untilNobodyWorks(store, waiting);
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

/** Makes the store this installation's, from an installation that is gone, or from another store that it was moved to. */
async function takeStoreOver(config: Config): Promise<void> {
  const store = await openBeneath({ config, clock });
  try {
    if (config.store.url !== null) await claimStore(store, await installationName(config), true);
    await forgetMoved(store);
  } finally {
    await store.close();
  }
}

/** Says what is to be done to the documents, and does it if asked. */
export async function migrate({
  config,
  apply,
  takeOver,
  onPage,
  signal,
  migrations: steps = allMigrations,
}: MigrateRequest): Promise<MigrationSummary | null> {
  if (takeOver) await takeStoreOver(config);
  return withBeneath({ config, clock, migrations: steps }, async beneath => {
    if (beneath === null) return null;
    const pending = (await pendingMigrations(beneath, steps)).map(({ what }) => what);
    if (apply && pending.length > 0) {
      const { store } = await openSealed(beneath, { config, clock });
      await runMigrations(store, { steps, onPage, signal });
    }
    return { pending, done: apply };
  });
}
