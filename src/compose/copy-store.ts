import { isParleyError, ParleyError } from '../core/errors.ts';
import {
  type Batch,
  batchesOf,
  beginRestore,
  canonical,
  endRestore,
  untyped,
} from '../orchestrator/backup/fill-store.ts';
import {
  type Copied,
  copiedCollections,
  readInstallation,
  restoreMark,
} from '../orchestrator/backup/read-installation.ts';
import type { Store } from '../ports/store.ts';
import { type Digest, digestOf } from './digest.ts';

export interface CopyOptions {
  /** Names where the copy comes from, so that only the same copy goes on where it was broken off. */
  readonly source: string;
  readonly onStep?: (step: 'write' | 'verify') => void;
  readonly onProgress?: (count: number) => void;
  readonly signal?: AbortSignal;
}

export type CopySummary = Readonly<Record<Copied, Digest>>;

/**
 * Copies all documents from one store to an empty one, as they stand, sealed or not, and compares both by counts and hashes. Broken off,
 * it goes on, and what has changed since is copied again. The target can't be started before it is complete. Nobody may write to either
 * meanwhile. Rejects with `COPY_REFUSED`.
 */
export async function copyStore(from: Store, to: Store, options: CopyOptions): Promise<CopySummary> {
  const { source, onStep, signal } = options;
  await begin(to, source);
  onStep?.('write');
  await fill(from, to, options);
  await takeOutGone(from, to, signal);
  onStep?.('verify');
  const [wanted, found] = [await digestOf(from, signal), await digestOf(to, signal)];
  const wrong = copiedCollections.find(name => found[name].sha256 !== wanted[name].sha256);
  if (wrong !== undefined) throw differs(wrong, wanted[wrong].count, found[wrong].count);
  await endRestore(to);
  return found;
}

async function begin(to: Store, source: string): Promise<void> {
  try {
    await beginRestore(to, `copy of ${source}`);
  } catch (error) {
    if (!isParleyError(error, 'RESTORE_REFUSED')) throw error;
    throw new ParleyError(
      'COPY_REFUSED',
      'The target is not empty, and is no copy that was begun from here. Nothing was copied. Name an empty database, or move parley.db away.',
      { cause: error },
    );
  }
}

const differs = (name: Copied, wanted: number, found: number): ParleyError =>
  new ParleyError(
    'COPY_REFUSED',
    `The copy is not what was copied: ${name} differ (${wanted} documents there, ${found} in the copy). Somebody wrote meanwhile. Stop all ` +
      'processes of Parley, and run the same command again: it goes on.',
  );

async function fill(from: Store, to: Store, { onProgress, signal }: CopyOptions): Promise<void> {
  let count = 0;
  for await (const batch of batchesOf(readInstallation(from))) {
    signal?.throwIfAborted();
    await write(to, batch);
    count += batch.documents.length;
    onProgress?.(count);
  }
}

/** Adds what is missing, and puts the document of now in the place of one that a former attempt copied. */
async function write(to: Store, { name, documents }: Batch): Promise<void> {
  const collection = untyped(to, name);
  const answers = await collection.insertAsIs(documents);
  const there = documents.filter((_, at) => answers[at] === 'exists');
  if (there.length === 0) return;
  const known = new Map((await collection.getMany(there.map(({ _id }) => _id))).map(one => [one._id, canonical(one)]));
  const old = there.filter(document => known.get(document._id) !== canonical(document));
  for (const { _id } of old) await collection.delete(_id);
  await collection.insertAsIs(old);
}

/** Takes out what a former attempt copied and is gone since. */
async function takeOutGone(from: Store, to: Store, signal?: AbortSignal): Promise<void> {
  for await (const { name, documents } of batchesOf(readInstallation(to))) {
    signal?.throwIfAborted();
    const ids = documents.map(({ _id }) => _id);
    const there = new Set((await untyped(from, name).getMany(ids)).map(({ _id }) => _id));
    for (const _id of ids) if (!there.has(_id) && _id !== restoreMark) await untyped(to, name).delete(_id);
  }
}
