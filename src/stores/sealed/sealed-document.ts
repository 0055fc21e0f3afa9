import { ParleyError } from '../../core/errors.ts';
import type { CollectionName } from '../../ports/store.ts';
import type { Keyring } from './keyring.ts';
import { keyIdOf } from './seal.ts';
import { divide } from './what-is-sealed.ts';

/** The one field that holds all that is sealed of a document. */
const box = 'sealed';

/** What binds a sealed text to its place, so that nobody can move it to another document. */
const contextOf = (name: CollectionName, id: string): string => `${name}\n${id}`;

/**
 * A document as it is stored. What is no document at all is given on as it is: the store that it goes to refuses it, and says why.
 */
export function sealDocument(keys: Keyring, name: CollectionName, document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  if (!('_id' in document) || typeof document._id !== 'string') return document;
  const { plain, hidden } = divide(name, document);
  return { ...plain, [box]: keys.seal(JSON.stringify(hidden), contextOf(name, document._id)) };
}

/** The number of the key that a stored document is sealed with; null: it stands there as plain text, from before. */
export const keyOfDocument = (stored: object): string | null => (box in stored ? keyIdOf(stored[box]) : null);

/** A stored document as it was before it was sealed. One from before there were keys is given as it is. */
export function openDocument<D extends { readonly _id: string }>(keys: Keyring, name: CollectionName, stored: D): D {
  if (keyOfDocument(stored) === null) return stored;
  const { [box]: sealed, ...plain } = stored as D & { readonly sealed: string };
  try {
    const hidden = JSON.parse(keys.open(sealed, contextOf(name, stored._id))) as object;
    return { ...plain, ...hidden } as unknown as D;
  } catch (cause) {
    if (cause instanceof ParleyError) throw cause;
    const message = `${stored._id} of ${name} can't be opened: it was changed, or belongs to another installation. Restore it from a backup.`;
    throw new ParleyError('SEAL_BROKEN', message, { cause });
  }
}
