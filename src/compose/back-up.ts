import type { Writable } from 'node:stream';
import type { Lock } from '../backup/age.ts';
import { writeBackup, writeBackupFile } from '../backup/backup-file.ts';
import { documentsVersion, formatVersion, type Header } from '../backup/format.ts';
import { writeLines } from '../backup/write-lines.ts';
import { readCredentials } from '../data-folder/credentials.ts';
import { readKeptFiles } from '../data-folder/kept-files.ts';
import { refuseHalfRestored } from '../orchestrator/backup/fill-store.ts';
import { readInstallation } from '../orchestrator/backup/read-installation.ts';
import type { Store } from '../ports/store.ts';

export interface BackupRequest {
  readonly dataDir: string;
  /** As the configuration says, or null. */
  readonly serverName: string | null;
  /** A file that is not there yet, or where the bytes go. */
  readonly to: string | Writable;
  /** Null: not encrypted. */
  readonly lock: Lock | null;
  readonly now: number;
  /** How many documents there are so far. */
  readonly onProgress?: (count: number) => void;
  readonly signal?: AbortSignal;
}

export interface BackupSummary {
  readonly at: string;
  readonly encrypted: boolean;
  readonly counts: Readonly<Record<string, number>>;
}

/** Copies an installation while it runs. `store` as it is kept: what is encrypted there stays so. */
export async function backUp(store: Store, request: BackupRequest): Promise<BackupSummary> {
  const { dataDir, lock, to, onProgress, signal } = request;
  await refuseHalfRestored(store);
  const header = await headerFor(request);
  let counts: Readonly<Record<string, number>> = {};
  const content = { header, files: await readKeptFiles(dataDir), documents: readInstallation(store) };
  const lines = writeLines(content, found => {
    signal?.throwIfAborted();
    counts = found;
    onProgress?.(Object.values(found).reduce((sum, count) => sum + count, 0));
  });
  await (typeof to === 'string' ? writeBackupFile(to, lines, lock) : writeBackup(to, lines, lock));
  return { at: header.at, encrypted: lock !== null, counts };
}

async function headerFor({ dataDir, serverName, now }: BackupRequest): Promise<Header> {
  const known = serverName ?? (await readCredentials(dataDir))?.serverName ?? null;
  const at = new Date(now).toISOString();
  return { parley: 'backup', format: formatVersion, documents: documentsVersion, serverName: known, at };
}
