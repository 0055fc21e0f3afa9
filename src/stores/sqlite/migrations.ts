import type { DatabaseSync } from 'node:sqlite';
import { ParleyError } from '../../core/errors.ts';
import { fitTables, isFitted } from './schema.ts';

/** Changes the documents of an older file. Columns and indexes need no migration: see schema.ts. */
export type Migration = (database: DatabaseSync) => void;

/** From version 1 to 2, from 2 to 3, … Only ever add at the end. */
const migrations: readonly Migration[] = [];

/** Stands in the header of our files: `Prly`. */
const applicationId = 0x50726c79;

/** Brings a file to the version that `steps` lead to, in one transaction; a new file gets its tables. */
export function migrate(database: DatabaseSync, path: string, steps: readonly Migration[] = migrations): void {
  const newest = steps.length + 1;
  refuseForeign(database, path);
  refuseNewer(database, path, newest);
  if (versionOf(database) === newest && isFitted(database)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Read again: only now is it sure that no other process is at the same work.
    const version = versionOf(database);
    const missing = version === 0 ? [] : steps.slice(version - 1);
    for (const step of missing) step(database);
    fitTables(database, missing.length > 0);
    database.exec(`PRAGMA user_version = ${newest}; PRAGMA application_id = ${applicationId}; COMMIT`);
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

const versionOf = (database: DatabaseSync): number => pragma(database, 'user_version');

function refuseNewer(database: DatabaseSync, path: string, newest: number): void {
  const version = versionOf(database);
  if (version <= newest) return;
  throw new ParleyError(
    'STORE_TOO_NEW',
    `The store ${path} has version ${version}, and this Parley knows versions up to ${newest}. ` +
      'Start the newer Parley that wrote it, or put back a backup from before the update.',
  );
}

function refuseForeign(database: DatabaseSync, path: string): void {
  if (pragma(database, 'application_id') === applicationId) return;
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_master').get()?.n;
  if (tables === 0) return;
  throw new ParleyError(
    'STORE_FAILED',
    `${path} is the file of another program. Move it away, or choose another folder with PARLEY_DATA.`,
  );
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
