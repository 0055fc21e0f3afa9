import { deserialize, serialize } from 'node:v8';

/** A key of a record, as IndexedDB allows them. */
export type RecordKey = unknown;

export interface StoreSchema {
  readonly name: string;
  readonly keyPath: string | string[] | null;
  readonly autoIncrement: boolean;
  readonly indexes: readonly {
    readonly name: string;
    readonly keyPath: string | string[];
    readonly unique: boolean;
    readonly multiEntry: boolean;
  }[];
}

export interface DatabaseSchema {
  readonly version: number;
  readonly stores: readonly StoreSchema[];
}

/**
 * One change to the databases of an agent. Values are serialized when they are written, as their writer may use the memory again. `note`
 * is a small fact that changes together with the records.
 */
export type Change =
  | readonly [kind: 'schema', database: string, schema: DatabaseSchema]
  | readonly [kind: 'put', database: string, store: string, key: RecordKey, value: Uint8Array]
  | readonly [kind: 'delete', database: string, store: string, key: RecordKey]
  | readonly [kind: 'clear', database: string, store: string]
  | readonly [kind: 'note', name: string, value: string];

export const encodeChanges = (changes: readonly Change[]): string => serialize(changes).toString('base64');

/** What `encodeChanges` made. Throws where it is anything else. */
export function decodeChanges(text: string): Change[] {
  const changes: unknown = deserialize(Buffer.from(text, 'base64'));
  if (!Array.isArray(changes) || !changes.every(Array.isArray)) throw new TypeError('This is no list of changes.');
  return changes as unknown as Change[];
}

/** By their serialized keys. */
type Records = Map<string, { readonly key: RecordKey; readonly value: Uint8Array }>;

interface DatabaseState {
  schema: DatabaseSchema | null;
  /** The records of each store. */
  readonly stores: Map<string, Records>;
}

/** What stands in the databases of an agent after some changes. */
export interface KeyState {
  readonly databases: Map<string, DatabaseState>;
  readonly notes: Map<string, string>;
}

export const emptyState = (): KeyState => ({ databases: new Map(), notes: new Map() });

const nameOf = (key: RecordKey): string => serialize(key).toString('latin1');

/** Makes a change in a state. */
export function applyChange(state: KeyState, change: Change): void {
  if (change[0] === 'note') {
    state.notes.set(change[1], change[2]);
    return;
  }
  const database = ensure(state.databases, change[1], () => ({ schema: null, stores: new Map() }));
  if (change[0] === 'schema') applySchema(database, change[2]);
  else
    applyRecord(
      ensure(database.stores, change[2], () => new Map()),
      change,
    );
}

function applyRecord(records: Records, change: Exclude<Change, readonly ['schema' | 'note', ...unknown[]]>): void {
  if (change[0] === 'put') records.set(nameOf(change[3]), { key: change[3], value: change[4] });
  else if (change[0] === 'delete') records.delete(nameOf(change[3]));
  else records.clear();
}

function applySchema(database: DatabaseState, schema: DatabaseSchema): void {
  database.schema = schema;
  const names = new Set(schema.stores.map(({ name }) => name));
  for (const name of database.stores.keys()) if (!names.has(name)) database.stores.delete(name);
}

/** The state as changes that make it from nothing. */
export function* changesOf({ databases, notes }: KeyState): Generator<Change> {
  for (const [name, { schema, stores }] of databases) {
    if (schema !== null) yield ['schema', name, schema];
    for (const [store, records] of stores)
      for (const { key, value } of records.values()) yield ['put', name, store, key, value];
  }
  for (const [name, value] of notes) yield ['note', name, value];
}

function ensure<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
