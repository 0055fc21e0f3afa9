import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ParleyError } from '../core/errors.ts';

export interface DataFolderLock {
  /** Lets others in. May be repeated. */
  release(): void;
}

/**
 * Makes the data folder if it is missing, closes it to all but its user, and keeps every other Parley out of it until `release` or until this
 * process ends, however it ends: the operating system drops the lock that SQLite holds on `parley.lock`. Errors: `DATA_FOLDER_IN_USE`,
 * and `STORE_FAILED` where it can't be made or written.
 */
export function lockDataFolder(folder: string): DataFolderLock {
  const pidFile = pidFileIn(folder);
  let database: DatabaseSync;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    closeToOthers(folder);
    database = takeLock(join(folder, 'parley.lock'));
  } catch (error) {
    throw isBusy(error) ? inUse(folder, pidFile, error) : unusable(folder, error);
  }
  leavePid(pidFile);
  return {
    release() {
      if (!database.isOpen) return;
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
}

/** Passwords and conversations are in it. A folder of another owner can't be changed, and is used as it is. */
function closeToOthers(folder: string): void {
  try {
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) throw error;
  }
}

/**
 * For the message to whoever comes second; without it the lock is as good. It has a file of its own because to read and close the
 * locked one in this process would drop the lock (POSIX).
 */
function leavePid(pidFile: string): void {
  try {
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch {
    rmSync(pidFile, { force: true });
  }
}

/** The file itself stays empty, and stays for ever: to delete it would let two processes lock two files of one name. */
function takeLock(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const sqliteBusy = 5;
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;

function inUse(folder: string, pidFile: string, cause: unknown): ParleyError {
  const pid = livingPid(pidFile);
  const who = pid === null ? '' : ` (process ${pid})`;
  const message =
    `Parley already runs in ${folder}${who}. Use that one, or stop it first; ` +
    'to run a second one beside it, give it a folder of its own with PARLEY_DATA.';
  return new ParleyError('DATA_FOLDER_IN_USE', message, { cause });
}

function unusable(folder: string, cause: unknown): ParleyError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `The data folder ${folder} can't be used (${why}). Let this user write there, or choose another with PARLEY_DATA.`;
  return new ParleyError('STORE_FAILED', message, { cause });
}

/** The process that uses the folder, if there is one: as it noted itself, and as far as it is still there. */
export const runningPid = (folder: string): number | null => livingPid(pidFileIn(folder));

const pidFileIn = (folder: string): string => join(folder, 'parley.pid');

/** The process that wrote the file, if it is still there. */
function livingPid(pidFile: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return pid > 0 && isAlive(pid) ? pid : null;
  } catch {
    return null;
  }
}

/** Whether there is such a process on this machine. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
