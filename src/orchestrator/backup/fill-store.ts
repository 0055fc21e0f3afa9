import type { Document } from '../../core/document.ts';
import { ParleyError } from '../../core/errors.ts';
import type { Collection, CollectionName, Store, Stored } from '../../ports/store.ts';
import { change } from '../change.ts';
import { type Copied, copiedCollections, readAll, restoreMark } from './read-installation.ts';

const atOnce = 500;

export type Counts = Readonly<Partial<Record<CollectionName, number>>>;

/** Refuses where something is stored that `source` (which names the copy) has not begun to write. Tells whether all of it was verified. */
export async function beginRestore(store: Store, source: string): Promise<boolean> {
  const settings = store.collection('settings');
  const mark = await settings.get(restoreMark);
  if (mark?.value === source || mark?.value === verified(source)) return mark.value !== source;
  if (mark !== null)
    throw refused('another restore was broken off here. Repeat that one, or begin with an empty store');
  for (const name of copiedCollections) {
    const [found] = await store.collection(name).find({ limit: 1 });
    if (found !== undefined) throw refused(`there is an installation already (${name} are not empty)`);
  }
  await settings.insert([{ _id: restoreMark, value: source }]);
  return false;
}

const verified = (source: string): string => `${source} verified`;

/** Notes that the store holds all of the copy: from now on it may differ from it. */
export async function noteVerified(store: Store, source: string): Promise<void> {
  await change(store.collection('settings'), restoreMark, mark => ({ ...mark, value: verified(source) }));
}

const refused = (why: string): ParleyError =>
  new ParleyError(
    'RESTORE_REFUSED',
    `Nothing was restored: ${why}. A backup is restored only into an empty installation: choose another data folder with PARLEY_DATA, ` +
      'or move the database away.',
  );

/** Whether the store holds half of a copy. */
export const isUnfinished = async (store: Store): Promise<boolean> =>
  (await store.collection('settings').get(restoreMark)) !== null;

/** Refuses to work with a store that holds half of a copy. */
export async function refuseHalfRestored(store: Store): Promise<void> {
  if (!(await isUnfinished(store))) return;
  throw new ParleyError(
    'RESTORE_REFUSED',
    'A restore or a copy was broken off in this store, so it is not complete. Run the same npx parley restore or copy again: it goes on where it was.',
  );
}

/** Writes the documents of a copy. What a former attempt wrote stays. */
export async function fillStore(
  store: Store,
  documents: AsyncIterable<Stored>,
  onProgress: (count: number) => void = () => undefined,
): Promise<Counts> {
  const counts: Partial<Record<CollectionName, number>> = {};
  let total = 0;
  for await (const { name, documents: batch } of batchesOf(documents)) {
    await untyped(store, name).insertAsIs(batch);
    counts[name] = (counts[name] ?? 0) + batch.length;
    total += batch.length;
    onProgress(total);
  }
  return counts;
}

/** Whether the store holds these documents and no others; rejects with `RESTORE_REFUSED` where it does not. */
export async function verifyStore(store: Store, documents: AsyncIterable<Stored>, counts: Counts): Promise<void> {
  for await (const { name, documents: batch } of batchesOf(documents)) {
    const stored = await untyped(store, name).getMany(batch.map(({ _id }) => _id));
    const byId = new Map(stored.map(document => [document._id, canonical(document)]));
    const wrong = batch.find(document => byId.get(document._id) !== canonical(document));
    if (wrong !== undefined) throw differs(`${name} ${wrong._id} is not as in the backup`);
  }
  for (const name of copiedCollections) {
    const found = await countOf(store, name);
    if (found !== (counts[name] ?? 0))
      throw differs(`there are ${found} documents in ${name}, not ${counts[name] ?? 0}`);
  }
}

/** The installation may be used from now on. */
export async function endRestore(store: Store): Promise<void> {
  await store.collection('settings').delete(restoreMark);
}

const differs = (what: string): ParleyError =>
  new ParleyError(
    'RESTORE_REFUSED',
    `The restored store is not what the backup says: ${what}. Nobody else may write while it is restored: empty it, and restore again.`,
  );

async function countOf(store: Store, name: Copied): Promise<number> {
  let count = 0;
  for await (const { _id } of readAll(store, name)) if (_id !== restoreMark) count += 1;
  return count;
}

export const untyped = (store: Store, name: CollectionName): Collection<Document> =>
  store.collection(name) as unknown as Collection<Document>;

/** Documents of one collection. */
export interface Batch {
  readonly name: CollectionName;
  readonly documents: readonly Document[];
}

/** The same documents in the same order, as many together as are written at once. */
export async function* batchesOf(all: AsyncIterable<Stored>): AsyncGenerator<Batch> {
  let documents: Document[] = [];
  let name: CollectionName | null = null;
  for await (const { collection, document } of all) {
    if (name !== null && (collection !== name || documents.length >= atOnce)) {
      yield { name, documents };
      documents = [];
    }
    name = collection;
    documents.push(document);
  }
  if (name !== null && documents.length > 0) yield { name, documents };
}

/** The same text for equal documents, whatever the order of their fields. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
