import type { CollectionName } from '../../ports/store.ts';
import { indexes } from '../../ports/store.ts';
import { indexedFields } from '../../ports/store-document.ts';

/**
 * What of a document anybody who has the database may read: its id, the store's own stamp, and the fields that are looked for, which hold
 * ids, times and states. All else is sealed, in every chat, so that a field that is added one day is sealed without a thought of it.
 * An indexed field or an `_id` must never hold a text that somebody wrote.
 */
const stamp = ['_id', 'version', 'createdAt', 'updatedAt', 'tenant'] as const;

/** The collections that stand there as they are. The keys open all others. */
const plainCollections: ReadonlySet<CollectionName> = new Set<CollectionName>(['keys']);

const plainFields = new Map(
  (Object.keys(indexes) as CollectionName[]).map(name => [name, new Set<string>([...stamp, ...indexedFields(name)])]),
);

/** The collections whose documents are sealed. */
export const sealedCollections = (Object.keys(indexes) as CollectionName[]).filter(name => !plainCollections.has(name));

export const isSealed = (name: CollectionName): boolean => !plainCollections.has(name);

/** A document taken apart into what stays readable and what is sealed. */
export interface Divided {
  readonly plain: Record<string, unknown>;
  readonly hidden: Record<string, unknown>;
}

export function divide(name: CollectionName, document: object): Divided {
  const fields = plainFields.get(name);
  const entries = Object.entries(document);
  return {
    plain: Object.fromEntries(entries.filter(([field]) => fields?.has(field))),
    hidden: Object.fromEntries(entries.filter(([field]) => !fields?.has(field))),
  };
}
