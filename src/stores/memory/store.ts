import type { Document } from '../../core/document.ts';
import { ParleyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Collection, CollectionName, Collections, Store } from '../../ports/store.ts';
import { checkCollection } from '../../ports/store-document.ts';
import { memoryCollection } from './collection.ts';

export interface MemoryStoreOptions {
  readonly clock: Clock;
  readonly tenant?: string;
}

/** A store that forgets everything when the process ends: for tests, and for trying an agent in the terminal. */
export function openMemoryStore({ clock, tenant = 'default' }: MemoryStoreOptions): Store {
  const collections = new Map<CollectionName, unknown>();
  let closed = false;
  const use = (): void => {
    if (closed) throw new ParleyError('STORE_FAILED', 'The store is closed, as Parley ends. Start Parley again.');
  };

  function collection<Name extends CollectionName>(name: Name): Collection<Collections[Name]> {
    checkCollection(name);
    const made = collections.get(name) ?? memoryCollection<Document>(name, { stamp: () => stampOf(), use });
    collections.set(name, made);
    return made as Collection<Collections[Name]>;
  }
  const stampOf = () => ({ now: clock.now(), tenant });

  return {
    collection,
    async close() {
      closed = true;
    },
  };
}
