import type { Lock } from '../backup/age.ts';
import { readBackupFile } from '../backup/backup-file.ts';
import type { Footer, Header, KeptFile } from '../backup/format.ts';
import { readLines } from '../backup/read-lines.ts';
import { ParleyError } from '../core/errors.ts';
import { putKeptFiles } from '../data-folder/kept-files.ts';
import { asOf, type Cut, cutFloors, findCut } from '../orchestrator/backup/as-of.ts';
import {
  beginRestore,
  type Counts,
  endRestore,
  fillStore,
  noteVerified,
  verifyStore,
} from '../orchestrator/backup/fill-store.ts';
import type { Store, Stored } from '../ports/store.ts';

export interface RestoreRequest {
  readonly file: string;
  readonly dataDir: string;
  /** As the configuration says, or null. */
  readonly serverName: string | null;
  readonly lock: Lock | null;
  /** Up to when the journal is restored, milliseconds since 1970; null: all of it. */
  readonly toTime: number | null;
  readonly onStep?: (step: 'check' | 'write' | 'verify') => void;
  readonly onProgress?: (count: number) => void;
  readonly signal?: AbortSignal;
}

/** Where a backup is restored to. */
export interface RestoreTarget {
  /** Opens the store as it is kept. Called when the file is good; its caller closes it. */
  readonly open: () => Store | Promise<Store>;
  /** The same store as Parley reads it. */
  readonly unsealed: (store: Store) => Promise<Store>;
}

export interface RestoreSummary {
  /** When the backup was made. */
  readonly at: string;
  readonly serverName: string | null;
  readonly counts: Counts;
  /** Files of the data folder that are not those of the backup, and stay as they are. */
  readonly keptFiles: readonly string[];
}

/** What a backup says of itself, once all of it has been read. */
interface Checked {
  readonly header: Header;
  readonly files: readonly KeptFile[];
  readonly footer: Footer;
  /** Null: all of it is restored. */
  readonly cut: Cut | null;
}

/**
 * Fills an empty installation from a backup. Nothing is written before the whole file has been checked, and the installation can't be
 * started before all of it is there; broken off, it goes on where it was.
 */
export async function restore({ open, unsealed }: RestoreTarget, request: RestoreRequest): Promise<RestoreSummary> {
  const { dataDir, toTime, onStep, onProgress, signal } = request;
  onStep?.('check');
  const { header, files, footer, cut } = await check(request);
  refuseOtherServer(header, request);
  const store = await open();
  const source = `${footer.sha256} ${toTime ?? 'all'}`;
  const isVerified = await beginRestore(store, source);
  const keptFiles = await putKeptFiles(dataDir, files);
  onStep?.('write');
  const counts = await fillStore(store, documentsIn(request, cut), count => {
    signal?.throwIfAborted();
    onProgress?.(count);
  });
  onStep?.('verify');
  if (!isVerified) await verifyStore(store, documentsIn(request, cut), counts);
  await noteVerified(store, source);
  if (cut !== null) await cutFloors(await unsealed(store), cut);
  await endRestore(store);
  return { at: header.at, serverName: header.serverName, counts, keptFiles };
}

async function check({ file, lock, toTime, signal }: RestoreRequest): Promise<Checked> {
  const files: KeptFile[] = [];
  const finding = toTime === null ? null : findCut(toTime);
  let header: Header | null = null;
  let footer: Footer | null = null;
  for await (const entry of readLines(readBackupFile(file, lock))) {
    signal?.throwIfAborted();
    if (entry.kind === 'header') header = entry.header;
    if (entry.kind === 'document') finding?.hear(entry.stored);
    if (entry.kind === 'file') files.push(entry.file);
    if (entry.kind === 'footer') footer = entry.footer;
  }
  if (header === null || footer === null) throw new TypeError('readLines ends with a footer');
  return { header, files, footer, cut: finding?.cut ?? null };
}

async function* documentsIn({ file, lock }: RestoreRequest, cut: Cut | null): AsyncGenerator<Stored> {
  for await (const entry of readLines(readBackupFile(file, lock))) {
    const stored = entry.kind === 'document' ? asOf(entry.stored, cut) : null;
    if (stored !== null) yield stored;
  }
}

/** Every id of a room or person holds the homeserver's name. */
function refuseOtherServer(header: Header, { serverName }: RestoreRequest): void {
  if (serverName === null || header.serverName === null || serverName === header.serverName) return;
  throw new ParleyError(
    'RESTORE_REFUSED',
    `The backup is of an installation on ${header.serverName}, and this one is configured for ${serverName}. Set MATRIX_SERVER_NAME to ` +
      'the backup’s, as rooms and people can’t move to another name. Nothing was written.',
  );
}
