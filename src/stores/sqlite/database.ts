import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fitFile } from './fit-file.ts';

/** How long another program may hold the file, in milliseconds, before a call fails. */
const patience = 2000;

/**
 * Opens the file, or makes it, for this user only. Write-ahead log: a commit is one append and one wait for the disk
 * (`synchronous=FULL`), and other processes may read meanwhile.
 */
export function openDatabase(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path, { timeout: patience });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000');
    fitFile(database, path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Writes the file anew, without the pages that are not in use any more, and empties the write-ahead log. */
export function compactDatabase(database: DatabaseSync): void {
  database.exec('PRAGMA synchronous = FULL; VACUUM');
  const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() ?? {};
  if (busy !== 0) throw Object.assign(new Error('database is locked'), { errcode: sqliteBusy });
}

const sqliteBusy = 5;
