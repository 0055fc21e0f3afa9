import type { Document } from '../../src/core/document.ts';
import type { Collection, Store } from '../../src/ports/store.ts';

export interface MortalStore {
  readonly store: Store;
  /** The process dies right after so many more writes: what was written is there, but nobody hears of it any more. */
  dieAfter(writes: number): void;
  died(): boolean;
}

export function mortalStore(store: Store): MortalStore {
  let left = Number.POSITIVE_INFINITY;
  const never = new Promise<never>(() => undefined);

  async function survived<T>(write: () => Promise<T>): Promise<T> {
    if (left <= 0) return never;
    left -= 1;
    const done = await write();
    return left <= 0 ? never : done;
  }

  const mortal = <D extends Document>(collection: Collection<D>): Collection<D> => ({
    ...collection,
    insert: (drafts, outlives) => survived(() => collection.insert(drafts, outlives)),
    insertAsIs: (documents, outlives) => survived(() => collection.insertAsIs(documents, outlives)),
    append: (drafts, outlives) => survived(() => collection.append(drafts, outlives)),
    replace: (document, outlives) => survived(() => collection.replace(document, outlives)),
    delete: id => survived(() => collection.delete(id)),
  });

  return {
    dieAfter(writes) {
      left = writes;
    },
    died: () => left <= 0,
    store: {
      collection: name => mortal(store.collection(name) as never) as never,
      close: () => store.close(),
    },
  };
}
