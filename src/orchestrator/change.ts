import type { Document, Draft } from '../core/document.ts';
import type { Collection, Outlives } from '../ports/store.ts';

/**
 * Changes a document by a pure function, again from the newest version when somebody else was faster. `edit` gives the same object when
 * there is nothing to change. Gives the document as it now stands, or null if there is none.
 */
export async function change<D extends Document>(
  collection: Collection<D>,
  id: D['_id'],
  edit: (document: D) => D,
  outlives?: Outlives,
): Promise<D | null> {
  for (;;) {
    const current = await collection.get(id);
    if (current === null) return null;
    const edited = edit(current);
    if (edited === current) return current;
    const stored = await collection.replace(edited, outlives);
    if (stored !== null) return stored;
  }
}

/** The document of that id as it is stored; a new one is stored first. */
export async function ensure<D extends Document>(
  collection: Collection<D>,
  draft: Draft<D> & Pick<D, '_id'>,
  outlives?: Outlives,
): Promise<D> {
  for (;;) {
    const known = await collection.get(draft._id);
    if (known !== null) return known;
    await collection.insert([draft], outlives);
  }
}
