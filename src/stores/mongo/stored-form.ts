import type { CollectionName } from '../../ports/store.ts';
import { indexes } from '../../ports/store.ts';
import type { Checked } from '../../ports/store-document.ts';
import { fromName, fromText, isUsualName, toName, toText } from './texts.ts';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A document as it stands in MongoDB. */
export interface Stored {
  _id: string;
  [name: string]: Json;
}

/** MongoDB takes a hundred levels. FerretDB 1 takes twice as long for each further one. */
const deepest = 16;
/** Holds, as JSON, what has no form of its own: lists in lists, which FerretDB doesn't take, and what is too deep. */
const json = '%json';
/** Names fields that a unique index needs, and that were not there. */
const absent = '%absent';

/** The fields of unique indexes, by collection. */
const uniqueFields = new Map<string, readonly string[]>(
  Object.entries(indexes).map(([name, list]) => [
    name,
    list.filter(index => index.unique).flatMap(index => index.fields),
  ]),
);

/**
 * The document in fields of MongoDB's own, so that those who look into their database can read it and ask for it. What MongoDB has no
 * form for is written in another way and comes back as it was. What JSON does not have is left out, as JSON.stringify does. Changes the object
 * that it is given, and nothing inside: most documents need little of all this, and what they need is done in place.
 */
export function toStored(name: CollectionName, { id, document }: Pick<Checked, 'id' | 'document'>): Stored {
  const stored = isUsual(document) ? inPlace(document) : { _id: toText(id), ...toFields(asPlain(document), 1) };
  // In a unique index null is a value; a missing field would be none where FerretDB looks.
  const missing = (uniqueFields.get(name) ?? []).filter(field => !Object.hasOwn(stored, field));
  if (missing.length > 0)
    Object.assign(stored, Object.fromEntries(missing.map(field => [field, null])), { [absent]: missing });
  return stored as Stored;
}

/** Whether all fields can have the names that they have, and are there. */
function isUsual(document: Readonly<Record<string, unknown>>): boolean {
  let first = true;
  for (const name of Object.keys(document)) {
    if (first !== (name === '_id') || (!first && !isUsualName(name))) return false;
    first = false;
    const type = typeof document[name];
    if (type === 'undefined' || type === 'function' || type === 'symbol') return false;
  }
  return true;
}

function inPlace(document: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(document)) {
    const value = document[name];
    const stored = toValue(value, 1);
    if (stored !== value || value === 0) document[name] = stored ?? null;
  }
  return document;
}

/** Goes through the document once: a text of JSON in between takes three times as long. */
function toValue(given: unknown, depth: number): Json | undefined {
  if (typeof given === 'string') return toText(given);
  if (typeof given === 'number') return toNumber(given);
  if (typeof given === 'boolean' || given === null) return given;
  const value = asPlain(given);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) return toValue(value, depth);
  if (depth >= deepest) return inJson(value);
  return Array.isArray(value) ? toList(value, depth + 1) : toFields(value, depth + 1);
}

/** As JSON has them. */
const toNumber = (value: number): number | null => (Number.isFinite(value) ? value + 0 : null);

function toFields(value: object, depth: number): Record<string, Json> {
  const fields: Record<string, Json> = {};
  for (const name of Object.keys(value)) {
    const field = toValue((value as Record<string, unknown>)[name], depth);
    if (field !== undefined) fields[toName(name)] = field;
  }
  return fields;
}

function toList(value: readonly unknown[], depth: number): Json[] {
  return Array.from(value, item => {
    const plain = typeof item === 'object' && item !== null ? asPlain(item) : item;
    return (Array.isArray(plain) ? inJson(plain) : toValue(plain, depth)) ?? null;
  });
}

const inJson = (value: object): Json => ({ [json]: JSON.stringify(value) });

/** What is neither a list nor an object of its fields, as JSON has it: dates, and whatever says so itself. */
function asPlain<T>(value: T): T {
  if (typeof value === 'object' && value !== null && isPlain(value)) return value;
  const text = JSON.stringify(value);
  return text === undefined ? (undefined as T) : JSON.parse(text);
}

function isPlain(value: object): boolean {
  if ('toJSON' in value) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

/** The document that `toStored` was given. Changes what it is given. */
export function fromStored<D>(stored: Readonly<Record<string, unknown>>): D {
  const { [absent]: missing, ...rest } = stored as Record<string, Json>;
  if (Array.isArray(missing)) for (const field of missing) delete rest[String(field)];
  return fromValue(rest) as D;
}

function fromValue(value: Json): Json {
  if (typeof value === 'string') return fromText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromValue);
  const text = value[json];
  if (typeof text === 'string') return JSON.parse(text);
  const document: Record<string, Json> = {};
  for (const name of Object.keys(value)) set(document, fromName(name), fromValue(value[name] ?? null));
  return document;
}

function set(document: Record<string, Json>, name: string, value: Json): void {
  // An assignment would change the prototype.
  if (name !== '__proto__') document[name] = value;
  else Object.defineProperty(document, name, { value, enumerable: true, configurable: true, writable: true });
}
