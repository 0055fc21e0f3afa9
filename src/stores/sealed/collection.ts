import type { Document } from '../../core/document.ts';
import type { Collection, CollectionName } from '../../ports/store.ts';
import type { Keyring } from './keyring.ts';
import { keyOfDocument, openDocument, sealDocument } from './sealed-document.ts';

/**
 * A collection whose documents are sealed before they are written and opened when they are read. Sealing is done when the call is made,
 * and nothing is awaited before the collection beneath is called: so the calls keep their order.
 */
export function sealedCollection<D extends Document>(
  name: CollectionName,
  inner: Collection<D>,
  keys: Keyring,
): Collection<D> {
  const seal = <T>(document: T): T => sealDocument(keys, name, document) as T;

  /** Another process may have begun to use a new key in the meantime. */
  async function open(stored: readonly D[]): Promise<D[]> {
    const ids = stored.map(keyOfDocument);
    if (ids.some(id => id !== null && !keys.knows(id))) await keys.refresh();
    return stored.map(document => openDocument(keys, name, document));
  }
  const openOne = async (stored: D | null): Promise<D | null> => (stored && (await open([stored]))[0]) ?? null;

  async function inOrder<T>(call: () => Promise<T>): Promise<T> {
    const ready = keys.ready();
    if (ready !== undefined) await ready;
    return call();
  }

  /** What is no list is given on as it is: the collection beneath refuses it. */
  const sealAll = <T>(drafts: readonly T[]): readonly T[] => (Array.isArray(drafts) ? drafts.map(seal) : drafts);

  return {
    insert: (drafts, outlives) => inOrder(() => inner.insert(sealAll(drafts), outlives)),
    insertAsIs: (documents, outlives) => inOrder(() => inner.insertAsIs(sealAll(documents), outlives)),
    append: (drafts, outlives) => inOrder(() => inner.append(sealAll(drafts), outlives)),
    get: id => inOrder(() => inner.get(id)).then(openOne),
    getMany: ids => inOrder(() => inner.getMany(ids)).then(open),
    replace: (document, outlives) => inOrder(() => inner.replace(seal(document), outlives)).then(openOne),
    find: query => inOrder(() => inner.find(query)).then(open),
    delete: id => inOrder(() => inner.delete(id)),
  };
}
