import type { DatabaseSync } from 'node:sqlite';
import { ParleyError } from '../../core/errors.ts';
import { fitTables, isFitted } from './schema.ts';

/** Of the file. The documents in it have a version of their own, and are changed by `src/orchestrator/migrate/`. */
const fileVersion = 1;

/** Stands in the header of our files: `Prly`. */
const applicationId = 0x50726c79;

/** Brings a file to today's tables, in one transaction; a new file gets them. */
export function fitFile(database: DatabaseSync, path: string): void {
  refuseForeign(database, path);
  refuseNewer(database, path);
  if (versionOf(database) === fileVersion && isFitted(database)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Looked at again: only now is it sure that no other process is at the same work.
    fitTables(database);
    database.exec(`PRAGMA user_version = ${fileVersion}; PRAGMA application_id = ${applicationId}; COMMIT`);
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

const versionOf = (database: DatabaseSync): number => pragma(database, 'user_version');

function refuseNewer(database: DatabaseSync, path: string): void {
  const version = versionOf(database);
  if (version <= fileVersion) return;
  throw new ParleyError(
    'STORE_TOO_NEW',
    `The store ${path} has version ${version}, and this Parley knows versions up to ${fileVersion}. ` +
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
