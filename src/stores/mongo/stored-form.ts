import type { CollectionName } from '../../ports/store.ts';
import { indexes } from '../../ports/store.ts';
import type { Prepared } from '../../ports/store-document.ts';
import { fromName, fromText, toName, toText } from './texts.ts';

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

const uniqueFields = (name: CollectionName): readonly string[] =>
  indexes[name].filter(index => index.unique).flatMap(index => index.fields);

/**
 * The document in fields of MongoDB's own, so that those who look into their database can read it and ask for it. What MongoDB has no
 * form for is written in another way and comes back as it was.
 */
export function toStored(name: CollectionName, { id, json: text }: Pick<Prepared, 'id' | 'json'>): Stored {
  const document: Record<string, Json> = JSON.parse(text);
  const stored: Stored = { _id: toText(id) };
  for (const field of Object.keys(document)) {
    if (field !== '_id') stored[toName(field)] = toValue(document[field] ?? null, 1);
  }
  // In a unique index null is a value; a missing field would be none where FerretDB looks.
  const missing = uniqueFields(name).filter(field => !Object.hasOwn(document, field));
  for (const field of missing) stored[field] = null;
  if (missing.length > 0) stored[absent] = missing;
  return stored;
}

function toValue(value: Json, depth: number): Json {
  if (typeof value === 'string') return toText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return asJson(value);
  if (Array.isArray(value)) return value.map(item => (Array.isArray(item) ? asJson(item) : toValue(item, depth + 1)));
  const stored: Record<string, Json> = {};
  for (const name of Object.keys(value)) stored[toName(name)] = toValue(value[name] ?? null, depth + 1);
  return stored;
}

const asJson = (value: Json): Json => ({ [json]: JSON.stringify(value) });

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
