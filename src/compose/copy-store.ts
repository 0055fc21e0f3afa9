import { isParleyError, ParleyError } from '../core/errors.ts';
import {
  type Batch,
  batchesOf,
  beginRestore,
  canonical,
  endRestore,
  untyped,
} from '../orchestrator/backup/fill-store.ts';
import { type Copied, copiedCollections, isMark, readInstallation } from '../orchestrator/backup/read-installation.ts';
import type { Store } from '../ports/store.ts';
import { type Digest, digestOf } from './digest.ts';

/** What a copy is at: `write`: all of it; `follow`: what has changed meanwhile; `settle`: nobody is to write any more; `verify`: comparing both. */
export type CopyStep = 'write' | 'follow' | 'settle' | 'verify';

export interface CopyOptions {
  /** Names where the copy comes from, so that only the same copy goes on where it was broken off. */
  readonly source: string;
  /** Milliseconds since 1970, by the clock that the source's documents are stamped by, about. */
  readonly now: () => number;
  readonly onStep?: (step: CopyStep) => void;
  readonly onProgress?: (count: number) => void;
  readonly signal?: AbortSignal;
  /** Resolves when nobody writes to the source any more. Called when little is left to be copied. Left out: nobody does anyway. */
  readonly settle?: () => Promise<void>;
  /** Called when both are the same, before the target may be started. */
  readonly onVerified?: () => Promise<void>;
}

export type CopySummary = Readonly<Record<Copied, Digest>>;

/** With fewer documents that changed during a pass it is time for the last one. */
const fewChanged = 500;
/** Where more is written all the time than can be copied. */
const mostPasses = 5;
/** Documents are stamped by several machines. */
const clocksDifferMs = 10 * 60_000;

/**
 * Copies all documents from one store to an empty one, as they stand, sealed or not, and compares both by counts and hashes. People may go on
 * until `settle` is called: what they write meanwhile is copied pass by pass, and the rest at the end. Broken off, it goes on, and what has
 * changed since is copied again. The target can't be started before it is complete. Rejects with `COPY_REFUSED`.
 */
export async function copyStore(from: Store, to: Store, options: CopyOptions): Promise<CopySummary> {
  const { source, onStep, signal, settle, onVerified } = options;
  await begin(to, source);
  onStep?.('write');
  let since = options.now() - clocksDifferMs;
  await fill(from, to, { ...options, since: 0 });
  if (settle !== undefined) {
    since = await follow(from, to, { ...options, since });
    onStep?.('settle');
    await settle();
    await fill(from, to, { ...options, since });
  }
  await takeOutGone(from, to, signal);
  onStep?.('verify');
  const [wanted, found] = [await digestOf(from, signal), await digestOf(to, signal)];
  const wrong = copiedCollections.find(name => found[name].sha256 !== wanted[name].sha256);
  if (wrong !== undefined) throw differs(wrong, wanted[wrong].count, found[wrong].count);
  await onVerified?.();
  await endRestore(to);
  return found;
}

/** Copies what changes while it copies, until that is little. Gives from when on what has changed is still to be copied. */
async function follow(from: Store, to: Store, options: CopyOptions & { readonly since: number }): Promise<number> {
  options.onStep?.('follow');
  let { since } = options;
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    const next = options.now() - clocksDifferMs;
    const changed = await fill(from, to, { ...options, since });
    since = next;
    if (changed < fewChanged) break;
  }
  return since;
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

/** Copies what was written since then. Gives how many documents were not in the target as they stand. */
async function fill(
  from: Store,
  to: Store,
  { onProgress, signal, since }: CopyOptions & { readonly since: number },
): Promise<number> {
  let count = 0;
  let written = 0;
  for await (const { name, documents } of batchesOf(readInstallation(from))) {
    signal?.throwIfAborted();
    const late = documents.filter(({ updatedAt }) => updatedAt >= since);
    if (late.length > 0) written += await write(to, { name, documents: late });
    count += documents.length;
    onProgress?.(count);
  }
  return written;
}

/** Adds what is missing, and puts the document of now in the place of one that was copied before. Gives how many that were. */
async function write(to: Store, { name, documents }: Batch): Promise<number> {
  const collection = untyped(to, name);
  const answers = await collection.insertAsIs(documents);
  const there = documents.filter((_, at) => answers[at] === 'exists');
  if (there.length === 0) return documents.length;
  const known = new Map((await collection.getMany(there.map(({ _id }) => _id))).map(one => [one._id, canonical(one)]));
  const old = there.filter(document => known.get(document._id) !== canonical(document));
  for (const { _id } of old) await collection.delete(_id);
  await collection.insertAsIs(old);
  return documents.length - there.length + old.length;
}

/** Takes out what a former attempt copied and is gone since. */
async function takeOutGone(from: Store, to: Store, signal?: AbortSignal): Promise<void> {
  for await (const { name, documents } of batchesOf(readInstallation(to))) {
    signal?.throwIfAborted();
    const ids = documents.map(({ _id }) => _id);
    const there = new Set((await untyped(from, name).getMany(ids)).map(({ _id }) => _id));
    for (const _id of ids) if (!there.has(_id) && !isMark(_id)) await untyped(to, name).delete(_id);
  }
}
