import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Document } from '../../core/document.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Collection, CollectionName, Collections, CompactableStore } from '../../ports/store.ts';
import { checkCollection } from '../../ports/store-document.ts';
import { batches as batchesOf } from './batches.ts';
import { sqliteCollection } from './collection.ts';
import { compactDatabase, openDatabase } from './database.ts';
import { storeFailure } from './failure.ts';
import { preparedStatements } from './statements.ts';

export interface SqliteStoreOptions {
  /** The file; made if it is not there. Its folder must be. */
  readonly path: string;
  readonly clock: Clock;
  readonly tenant?: string;
}

/**
 * The store in one file. Reads, writes and opening hold up the event loop (they take fractions of a millisecond); errors of opening
 * are thrown: `STORE_TOO_NEW`, `STORE_FULL`, `STORE_FAILED`.
 */
export function openSqliteStore({ path, clock, tenant = 'default' }: SqliteStoreOptions): CompactableStore {
  const file = resolve(path);
  const database = open(file);
  const statement = preparedStatements(database);
  const batches = batchesOf({ database, statement, path: file });
  const context = { batches, statement, stamp: () => ({ now: clock.now(), tenant }) };
  const collections = new Map<CollectionName, unknown>();

  function collection<Name extends CollectionName>(name: Name): Collection<Collections[Name]> {
    checkCollection(name);
    const made = collections.get(name) ?? sqliteCollection<Document>(name, context);
    collections.set(name, made);
    return made as Collection<Collections[Name]>;
  }

  return {
    collection,
    compact: () => batches.alone(() => compactDatabase(database)),
    async close() {
      batches.end();
      if (database.isOpen) database.close();
    },
  };
}

function open(path: string): DatabaseSync {
  try {
    return openDatabase(path);
  } catch (error) {
    throw storeFailure(error, path);
  }
}
