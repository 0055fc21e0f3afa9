import { deserialize, serialize } from 'node:v8';
import { indexedDB } from 'fake-indexeddb';
import { applyChange, emptyState, type KeyState } from './changes.ts';
import { type IdbDatabase, type IdbFactory, type IdbRequest, type IdbTransaction, resultOf } from './indexed-db.ts';

const factory = indexedDB as unknown as IdbFactory;

/** Makes databases in memory with what stands in a state. Their names begin with `prefix`. */
export async function loadDatabases(prefix: string, { databases }: KeyState): Promise<void> {
  for (const [suffix, { schema, stores }] of databases) {
    if (schema === null) continue;
    const request = factory.open(`${prefix}${suffix}`, schema.version);
    request.addEventListener('upgradeneeded', () => {
      const database = request.result as IdbDatabase;
      for (const { name, keyPath, autoIncrement, indexes } of schema.stores) {
        const store = database.createObjectStore(name, { keyPath, autoIncrement });
        for (const index of indexes) store.createIndex(index.name, index.keyPath, index);
        for (const { key, value } of stores.get(name)?.values() ?? [])
          if (keyPath === null) store.put(deserialize(value), key);
          else store.put(deserialize(value));
      }
    });
    (await resultOf<IdbDatabase>(request)).close();
  }
}

/** All that stands in databases, as they were named when the state was made. */
export async function readDatabases(prefix: string, suffixes: Iterable<string>, schemas: KeyState): Promise<KeyState> {
  const state: KeyState = { ...emptyState(), notes: new Map(schemas.notes) };
  for (const suffix of suffixes) {
    const schema = schemas.databases.get(suffix)?.schema;
    if (!schema) continue;
    applyChange(state, ['schema', suffix, schema]);
    const database = await resultOf<IdbDatabase>(factory.open(`${prefix}${suffix}`));
    try {
      const names = [...database.objectStoreNames];
      const reading = database.transaction(names, 'readonly');
      await Promise.all(names.map(name => readStore(reading, { suffix, name, state })));
    } finally {
      database.close();
    }
  }
  return state;
}

async function readStore(
  reading: IdbTransaction,
  { suffix, name, state }: { readonly suffix: string; readonly name: string; readonly state: KeyState },
): Promise<void> {
  const store = reading.objectStore(name);
  const requests: [IdbRequest, IdbRequest] = [store.getAllKeys(), store.getAll()];
  const [keys, values] = await Promise.all(requests.map(request => resultOf<unknown[]>(request)));
  for (const [index, key] of (keys ?? []).entries())
    applyChange(state, ['put', suffix, name, key, serialize(values?.[index])]);
}

/** Takes databases out of memory. Whoever has them open must have closed them. */
export async function dropDatabases(prefix: string, suffixes: Iterable<string>): Promise<void> {
  for (const suffix of suffixes) await resultOf(factory.deleteDatabase(`${prefix}${suffix}`));
}
