import type { Document } from '../../core/document.ts';
import type { CollectionName } from '../../ports/store.ts';

/**
 * A change of the documents of one collection. It goes forward only, and it is made while processes of the former version and of this
 * one run: both must be able to read both forms, so what is removed is first left unused for a version.
 */
export interface Migration {
  /** For people: `messages get a thread`. */
  readonly what: string;
  readonly collection: CollectionName;
  /** The document in its new form; null where it has that already. Pure. */
  readonly change: (document: Document) => Document | null;
}

/** From version 1 to 2, from 2 to 3, … Only ever add at the end. */
export const migrations: readonly Migration[] = [];
