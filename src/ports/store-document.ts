import type { CollectionName, Scalar } from './store.ts';
import { indexes } from './store.ts';

/**
 * What every store does with a document before it writes it, so that all of them take and refuse the same, and order alike.
 * What is wrong here is a mistake in the calling code: a TypeError.
 */
export interface Stamp {
  readonly now: number;
  readonly tenant: string;
}

/** A document that may be written. */
export interface Checked {
  readonly id: string;
  readonly version: number;
  /**
   * With its stamp. The object itself is the store's to keep and change; what is inside is still the caller's, so a store makes its own of
   * that before the call returns.
   */
  readonly document: Record<string, unknown>;
  /** The values of the indexed fields, in the order of `indexedFields`. */
  readonly keys: readonly Scalar[];
}

/** The same, for a store that keeps documents as JSON. */
export interface Prepared extends Omit<Checked, 'document'> {
  readonly json: string;
}

export const inJson = ({ id, version, document, keys }: Checked): Prepared => ({
  id,
  version,
  json: JSON.stringify(document),
  keys,
});

/** The most documents that one call gives. */
export const maxLimit = 1000;

const fieldsByName = new Map(
  Object.entries(indexes).map(([name, list]) => [name, [...new Set(list.flatMap(index => index.fields))]]),
);

/** The fields that stand in any index of a collection, each once. */
export function indexedFields(name: CollectionName): readonly string[] {
  return fieldsByName.get(name) ?? [];
}

/** Refuses a name that only a caller without types could give. */
export function checkCollection(name: CollectionName): void {
  if (!Object.hasOwn(indexes, name)) throw new TypeError(`There is no collection ${name}.`);
}

/** Refuses too many ids at once; gives each once. */
export function checkIds(name: CollectionName, ids: readonly unknown[]): readonly string[] {
  if (ids.length > maxLimit)
    throw new TypeError(`At most ${maxLimit} documents of ${name} at once, not ${ids.length}.`);
  return [...new Set(ids.map(id => checkId(name, id)))];
}

export function checkId(name: CollectionName, id: unknown): string {
  if (typeof id === 'string') return id;
  throw new TypeError(`An _id of ${name} must be a text, not ${describe(id)}.`);
}

/** A draft with its first stamp. */
export function prepareNew(name: CollectionName, draft: object, stamp: Stamp): Checked {
  checkObject(name, draft);
  const tenant = ('tenant' in draft ? draft.tenant : undefined) ?? stamp.tenant;
  return prepare(name, { ...draft, version: 1, createdAt: stamp.now, updatedAt: stamp.now, tenant });
}

/** A document with the stamp that it has. */
export function prepareAsIs(name: CollectionName, document: object): Checked {
  checkObject(name, document);
  const { version, createdAt, updatedAt, tenant } = document as Record<string, unknown>;
  const isStamp = (value: unknown): value is number => Number.isSafeInteger(value);
  if (!isStamp(version) || version < 1 || !isStamp(createdAt) || !isStamp(updatedAt) || typeof tenant !== 'string')
    throw new TypeError(`A document of ${name} that is stored as it is has a version, its times and a tenant.`);
  return prepare(name, { ...document, version });
}

/** A document with the stamp of its next version. */
export function prepareNext(name: CollectionName, document: object, now: number): Checked {
  checkObject(name, document);
  const version = 'version' in document ? document.version : undefined;
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) {
    throw new TypeError(`A document of ${name} is replaced as it was read: its version is ${describe(version)}.`);
  }
  return prepare(name, { ...document, version: version + 1, updatedAt: now });
}

function prepare(name: CollectionName, document: Record<string, unknown> & { version: number }): Checked {
  const id = checkId(name, document._id);
  const keys = indexedFields(name).map(field => keyOf(name, document, field));
  return { id, version: document.version, document, keys };
}

/** The value of an indexed field. A field that is not there counts as null. */
export function keyOf(name: CollectionName, document: Readonly<Record<string, unknown>>, field: string): Scalar {
  const value = document[field] ?? null;
  if (isScalar(value)) return value;
  throw new TypeError(`The field ${field} of ${name} is indexed and can't be ${describe(value)}.`);
}

export function isScalar(value: unknown): value is Scalar {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}

function checkObject(name: CollectionName, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  throw new TypeError(`A document of ${name} must be an object, not ${describe(value)}.`);
}

export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'number' || typeof value === 'undefined' ? String(value) : `a ${typeof value}`;
}

/** The order of values in every store: null, numbers, texts by code point, texts with lone surrogates, false, true. */
export function compareScalars(a: Scalar, b: Scalar): number {
  const byKind = kindOf(a) - kindOf(b);
  if (byKind !== 0 || a === null || b === null) return byKind;
  if (typeof a === 'string' && typeof b === 'string' && a.isWellFormed()) return compareCodePoints(a, b);
  return a < b ? -1 : Number(a > b);
}

/** Values of different kinds are never within each other's bounds. Texts are of one kind, whether well formed or not. */
export function sameKind(a: Scalar, b: Scalar): boolean {
  return a === null || b === null ? a === b : typeof a === typeof b;
}

function kindOf(value: Scalar): number {
  if (value === null) return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'boolean') return 4;
  return value.isWellFormed() ? 2 : 3;
}

/** The order of the texts' UTF-8 bytes, which databases use; `<` compares UTF-16 units and differs above U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const one = a.charCodeAt(at);
    const other = b.charCodeAt(at);
    if (one !== other) return behindSurrogates(one) - behindSurrogates(other);
  }
  return a.length - b.length;
}

/** Puts the surrogates, which stand for code points above U+FFFF, behind all other units. */
function behindSurrogates(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
