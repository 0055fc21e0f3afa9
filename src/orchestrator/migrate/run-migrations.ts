import { z } from 'zod';
import type { Document } from '../../core/document.ts';
import { ParleyError } from '../../core/errors.ts';
import type { Collection, Store } from '../../ports/store.ts';
import { ensure } from '../change.ts';
import { type Migration, migrations } from './migrations.ts';
import { noteVersion, versionOf } from './store-marks.ts';

const pageSize = 200;
/** Processes of the former version may write while it goes on; more passes than this have never been needed. */
const mostPasses = 20;

/** How far a migration is. */
export interface MigrationProgress {
  readonly what: string;
  readonly looked: number;
  readonly changed: number;
}

interface RunOptions {
  readonly steps?: readonly Migration[];
  readonly onPage?: (progress: MigrationProgress) => void;
  readonly signal?: AbortSignal;
}

/** What is still to be done to the documents of a store. Rejects with `STORE_TOO_NEW`. Changes nothing. */
export async function pendingMigrations(
  store: Store,
  steps: readonly Migration[] = migrations,
): Promise<readonly Migration[]> {
  const version = await versionOf(store);
  const newest = steps.length + 1;
  if (version !== null && version > newest) throw tooNew(version, newest);
  return version === null ? [] : steps.slice(version - 1);
}

const tooNew = (version: number, newest: number): ParleyError =>
  new ParleyError(
    'STORE_TOO_NEW',
    `The documents of the store have version ${version}, and this Parley knows versions up to ${newest}. Start the newer Parley that wrote ` +
      'them, or put back a backup from before the update.',
  );

/**
 * Does what is to be done, page by page, and notes where it is: it may be killed and run again, and several may run it at once. Rejects
 * with the signal's reason when it is aborted between two pages.
 */
export async function runMigrations(store: Store, options: RunOptions = {}): Promise<void> {
  const steps = options.steps ?? migrations;
  const pending = await pendingMigrations(store, steps);
  let reached = steps.length + 1 - pending.length;
  for (const migration of pending) {
    reached += 1;
    await migrate(store, migration, { ...options, reached });
    await noteVersion(store, reached);
  }
  await noteVersion(store, steps.length + 1);
}

const cursorSchema = z.object({
  after: z.string().nullable(),
  looked: z.number(),
  changed: z.number(),
  pass: z.number(),
});
type Cursor = z.infer<typeof cursorSchema>;
const begin: Cursor = { after: null, looked: 0, changed: 0, pass: 1 };

type Settings = ReturnType<typeof settingsOf>;
const settingsOf = (store: Store) => store.collection('settings');

async function migrate(
  store: Store,
  migration: Migration,
  { reached, onPage, signal }: RunOptions & { readonly reached: number },
): Promise<void> {
  const collection = store.collection(migration.collection) as unknown as Collection<Document>;
  const settings = settingsOf(store);
  const name = `migration:${reached}`;
  const kept = await settings.get(name);
  let cursor = kept === null ? begin : cursorSchema.parse(JSON.parse(kept.value));
  for (;;) {
    signal?.throwIfAborted();
    const where = cursor.after === null ? {} : { _id: { above: cursor.after } };
    const page = await collection.find({ where, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined && (cursor.changed === 0 || cursor.pass >= mostPasses)) break;
    const changed = await changeAll(collection, page, migration);
    // Another pass, until one finds nothing to change.
    cursor =
      last === undefined
        ? { ...begin, pass: cursor.pass + 1 }
        : { ...cursor, after: last._id, looked: cursor.looked + page.length, changed: cursor.changed + changed };
    await keep(settings, name, cursor);
    onPage?.({ what: migration.what, looked: cursor.looked, changed: cursor.changed });
  }
  await settings.delete(name);
}

async function keep(settings: Settings, name: string, cursor: Cursor): Promise<void> {
  const value = JSON.stringify(cursor);
  const stored = await ensure(settings, { _id: name, value });
  // Another process that is at the same work may be further on; whoever loses goes over some documents once more.
  if (stored.value !== value) await settings.replace({ ...stored, value });
}

async function changeAll(
  collection: Collection<Document>,
  page: readonly Document[],
  { change }: Migration,
): Promise<number> {
  let changed = 0;
  for (const document of page) if (await changeOne(collection, document, change)) changed += 1;
  return changed;
}

/** Until it is written, or nothing is left to do. */
async function changeOne(
  collection: Collection<Document>,
  document: Document,
  change: Migration['change'],
): Promise<boolean> {
  let read: Document | null = document;
  while (read !== null) {
    const next = change(read);
    if (next === null) return false;
    if ((await collection.replace(next)) !== null) return true;
    read = await collection.get(read._id);
  }
  return false;
}
