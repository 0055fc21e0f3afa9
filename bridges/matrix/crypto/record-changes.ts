import { serialize } from 'node:v8';
import { IDBCursor, IDBDatabase, IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import type { Change, DatabaseSchema } from './changes.ts';
import type { IdbDatabase, IdbObjectStore, IdbRequest, IdbTransaction } from './indexed-db.ts';

/** Hears what was changed in a database, when the transaction that changed it is through. */
export type HearChanges = (changes: readonly Change[]) => void;

/** What a request will have changed once its transaction is through. */
type Pending = () => readonly Change[];

const pending = new WeakMap<object, Pending[]>();
const listeners = new Map<string, HearChanges>();
let patched = false;

/** Hears all changes of the databases whose names begin with `prefix` and `::`, until the function given back is called. */
export function recordChanges(prefix: string, hear: HearChanges): () => void {
  patch();
  listeners.set(prefix, hear);
  return () => void listeners.delete(prefix);
}

const listenerOf = (database: string): HearChanges | undefined => listeners.get(database.split('::', 1)[0] ?? '');

/** A database's name without the prefix: the same each time that it is opened. */
const suffixOf = ({ db }: IdbTransaction): string => db.name.slice(db.name.indexOf('::'));

type Method = (this: never, ...given: never[]) => unknown;

/** Has something done around a method of a class. */
function around<F extends Method>(prototype: object, name: string, make: (original: F) => F): void {
  const original = Reflect.get(prototype, name) as F;
  Object.defineProperty(prototype, name, { value: make(original), configurable: true, writable: true });
}

/**
 * The encryption library writes to IndexedDB only, so what it writes is heard there, at its public interface: everything that can change a
 * record is wrapped, once for the process.
 */
function patch(): void {
  if (patched) return;
  patched = true;
  for (const name of ['put', 'add']) around<PutMethod>(IDBObjectStore.prototype, name, hearingPut);
  around<(this: IdbObjectStore, key: unknown) => IdbRequest>(IDBObjectStore.prototype, 'delete', hearingDelete);
  around<(this: IdbObjectStore) => IdbRequest>(
    IDBObjectStore.prototype,
    'clear',
    original =>
      function clear() {
        const { name, transaction } = this;
        noted(transaction, () => [['clear', suffixOf(transaction), name]]);
        return original.call(this);
      },
  );
  patchCursors();
  patchDatabases();
}

type PutMethod = (this: IdbObjectStore, value: unknown, key?: unknown) => IdbRequest;

const hearingPut = (original: PutMethod): PutMethod =>
  function put(value, key) {
    const { name, transaction } = this;
    const bytes = isHeard(transaction) ? serialize(value) : null;
    const request = key === undefined ? original.call(this, value) : original.call(this, value, key);
    if (bytes !== null) noted(transaction, () => [['put', suffixOf(transaction), name, request.result, bytes]]);
    return request;
  };

const hearingDelete = (original: (this: IdbObjectStore, key: unknown) => IdbRequest) =>
  function remove(this: IdbObjectStore, key: unknown): IdbRequest {
    const { name, transaction } = this;
    const deleted = (one: unknown): Change => ['delete', suffixOf(transaction), name, one];
    if (!(key instanceof IDBKeyRange)) noted(transaction, () => [deleted(key)]);
    else if (isHeard(transaction)) {
      const keys = this.getAllKeys(key);
      noted(transaction, () => (keys.result as unknown[]).map(deleted));
    }
    return original.call(this, key);
  };

interface Cursor {
  readonly source: IdbObjectStore & { readonly objectStore?: IdbObjectStore };
  readonly primaryKey: unknown;
}

function patchCursors(): void {
  const storeOf = ({ source }: Cursor): IdbObjectStore => source.objectStore ?? source;
  around<(this: Cursor, value: unknown) => IdbRequest>(
    IDBCursor.prototype,
    'update',
    original =>
      function update(value) {
        const { name, transaction } = storeOf(this);
        const bytes = isHeard(transaction) ? serialize(value) : null;
        const request = original.call(this, value);
        if (bytes !== null) noted(transaction, () => [['put', suffixOf(transaction), name, request.result, bytes]]);
        return request;
      },
  );
  around<(this: Cursor) => IdbRequest>(
    IDBCursor.prototype,
    'delete',
    original =>
      function remove() {
        const { name, transaction } = storeOf(this);
        const key = this.primaryKey;
        noted(transaction, () => [['delete', suffixOf(transaction), name, key]]);
        return original.call(this);
      },
  );
}

function patchDatabases(): void {
  around<(this: IdbDatabase, ...given: never[]) => IdbTransaction>(
    IDBDatabase.prototype,
    'transaction',
    original =>
      function begin(...given) {
        const transaction = original.apply(this, given);
        if (transaction.mode !== 'readonly') follow(transaction);
        return transaction;
      },
  );
  around<(this: IdbDatabase, store: string) => void>(
    IDBDatabase.prototype,
    'deleteObjectStore',
    original =>
      function remove(store) {
        const upgrade = upgrades.get(this);
        if (upgrade !== undefined) noted(upgrade, () => [['clear', suffixOf(upgrade), store]]);
        original.call(this, store);
      },
  );
  around<(this: object, name: string, version?: number) => IdbRequest>(
    IDBFactory.prototype,
    'open',
    original =>
      function open(name, version) {
        const request = version === undefined ? original.call(this, name) : original.call(this, name, version);
        if (listenerOf(name) === undefined) return request;
        let upgraded = false;
        request.addEventListener('upgradeneeded', () => {
          if (request.transaction === null) return;
          upgraded = true;
          upgrades.set(request.result as IdbDatabase, request.transaction);
          follow(request.transaction);
        });
        request.addEventListener('success', () => {
          if (upgraded)
            listenerOf(name)?.([['schema', name.slice(name.indexOf('::')), schemaOf(request.result as IdbDatabase)]]);
        });
        return request;
      },
  );
}

const upgrades = new WeakMap<object, IdbTransaction>();

function follow(transaction: IdbTransaction): void {
  const hear = listenerOf(transaction.db.name);
  if (hear === undefined || pending.has(transaction)) return;
  const changes: Pending[] = [];
  pending.set(transaction, changes);
  transaction.addEventListener('complete', () => {
    if (changes.length > 0) hear(changes.flatMap(change => change()));
  });
}

const isHeard = (transaction: IdbTransaction): boolean => pending.has(transaction);
const noted = (transaction: IdbTransaction, change: Pending): void => void pending.get(transaction)?.push(change);

/** The stores and indexes of a database that is open and has nothing under way. */
function schemaOf(database: IdbDatabase): DatabaseSchema {
  const names = [...database.objectStoreNames];
  if (names.length === 0) return { version: database.version, stores: [] };
  const reading = database.transaction(names, 'readonly');
  const stores = names.map(name => {
    const store = reading.objectStore(name);
    const indexes = [...store.indexNames].map(one => {
      const { keyPath, unique, multiEntry } = store.index(one);
      return { name: one, keyPath, unique, multiEntry };
    });
    return { name, keyPath: store.keyPath, autoIncrement: store.autoIncrement, indexes };
  });
  return { version: database.version, stores };
}
