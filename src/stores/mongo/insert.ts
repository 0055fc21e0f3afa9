import { type Collection, MongoBulkWriteError } from 'mongodb';
import type { Inserted } from '../../ports/store.ts';
import { isDuplicate } from './failure.ts';
import type { Stored } from './stored-form.ts';
import type { Concern } from './write-concern.ts';

/**
 * Inserts in order. The server ends an ordered insert at the first document that is there already; then those that are known by their
 * ids are left out, and it goes on behind.
 */
export async function insertAll(
  collection: Collection<Stored>,
  documents: readonly Stored[],
  concern: Concern,
): Promise<Inserted[]> {
  const answers: Inserted[] = documents.map(() => 'inserted');
  let left = [...documents.keys()];
  while (left.length > 0) {
    const at = await insertUntilRepeat(
      collection,
      left.flatMap(place => documents[place] ?? []),
      concern,
    );
    if (at === null) break;
    const repeat = left[at];
    if (repeat !== undefined) answers[repeat] = 'exists';
    left = left.slice(at + 1);
    const known = await idsThere(
      collection,
      left.flatMap(place => documents[place]?._id ?? []),
    );
    for (const place of left) if (known.has(documents[place]?._id ?? '')) answers[place] = 'exists';
    left = left.filter(place => answers[place] === 'inserted');
  }
  return answers;
}

/** Inserts in order. Gives the place of the first document that is there already, or null where all were new. */
export async function insertUntilRepeat(
  collection: Collection<Stored>,
  documents: readonly Stored[],
  concern: Concern,
): Promise<number | null> {
  const [first, ...others] = documents;
  if (first === undefined) return null;
  try {
    if (others.length === 0) await collection.insertOne(first, concern);
    else await collection.insertMany(documents, { ...concern, ordered: true });
    return null;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    if (!(error instanceof MongoBulkWriteError)) return 0;
    const [failure] = [error.writeErrors].flat();
    if (failure === undefined) throw error;
    return failure.index;
  }
}

async function idsThere(collection: Collection<Stored>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const found = await collection
    .find({ _id: { $in: [...ids] } }, { projection: { _id: 1 }, batchSize: ids.length + 1 })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}
