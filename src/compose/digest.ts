import { createHash } from 'node:crypto';
import { canonical, untyped } from '../orchestrator/backup/fill-store.ts';
import { type Copied, copiedCollections, isMark } from '../orchestrator/backup/read-installation.ts';
import type { Store } from '../ports/store.ts';

const pageSize = 500;

/** What a collection holds, in short. */
export interface Digest {
  readonly count: number;
  /** Of all documents in the order of their ids, so that it is the same in every store. */
  readonly sha256: string;
}

/** A digest for each collection of a store. */
export async function digestOf(store: Store, signal?: AbortSignal): Promise<Readonly<Record<Copied, Digest>>> {
  const digests: Partial<Record<Copied, Digest>> = {};
  for (const name of copiedCollections) digests[name] = await digestOfCollection(store, name, signal);
  return digests as Record<Copied, Digest>;
}

async function digestOfCollection(store: Store, name: Copied, signal?: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  let count = 0;
  let after: string | null = null;
  for (;;) {
    signal?.throwIfAborted();
    const where = after === null ? {} : { _id: { above: after } };
    const page = await untyped(store, name).find({ where, limit: pageSize });
    const documents = page.filter(({ _id }) => !isMark(_id));
    for (const document of documents) hash.update(`${canonical(document)}\n`);
    count += documents.length;
    if (page.length < pageSize) return { count, sha256: hash.digest('hex') };
    after = page.at(-1)?._id ?? null;
  }
}
