import { type Db, type IndexDescription, MongoNetworkError, MongoServerError } from 'mongodb';
import type { CollectionName, Index } from '../../ports/store.ts';
import { indexes } from '../../ports/store.ts';

const mostAttempts = 5;
/** NamespaceNotFound: the collection is not there yet. */
const notThere = 26;
/** NamespaceExists: another process made it first. */
const isThere = 48;

/**
 * Makes the collections and indexes that are missing; what is there stays, also indexes of somebody else's. Several processes may do
 * this at once. Collections are made before they are needed, as a first insert that makes one is slow.
 */
export async function fitIndexes(database: Db): Promise<void> {
  for (const name of Object.keys(indexes) as CollectionName[]) await fitCollection(database, name);
}

async function fitCollection(database: Db, name: CollectionName): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const there = await namesThere(database, name);
    const missing = indexes[name].map(describeIndex).filter(index => there?.has(index.name) !== true);
    try {
      if (there === null) await database.createCollection(name).catch(ignoreCode(isThere));
      if (missing.length > 0) await database.collection(name).createIndexes(missing);
      return;
    } catch (error) {
      // FerretDB 1 ends the connection where another process has made them meanwhile, so it is looked again.
      if (!(error instanceof MongoNetworkError) || attempt >= mostAttempts) throw error;
    }
  }
}

/** With the `_id` at its end an index gives the order of queries without sorting; a unique one has no ties. */
function describeIndex({ fields, unique }: Index): IndexDescription & { readonly name: string } {
  const all = unique ? fields : [...fields, '_id'];
  return {
    key: Object.fromEntries(all.map(field => [field, 1])),
    name: `parley_${fields.join('_')}`,
    ...(unique ? { unique } : {}),
  };
}

async function namesThere(database: Db, name: CollectionName): Promise<ReadonlySet<string> | null> {
  try {
    const found = await database.collection(name).listIndexes().toArray();
    return new Set(found.map(index => String(index.name)));
  } catch (error) {
    if (error instanceof MongoServerError && error.code === notThere) return null;
    throw error;
  }
}

const ignoreCode =
  (code: number) =>
  (error: unknown): void => {
    if (!(error instanceof MongoServerError) || error.code !== code) throw error;
  };
