import type { Document } from '../../core/document.ts';
import { ParleyError } from '../../core/errors.ts';
import type { Collection, CollectionName, Collections, Store } from '../../ports/store.ts';
import type { Crew } from './crew.ts';

/** The store as a process may use it that works beside others: it writes nothing once they have gone on without it. */
export function fencedStore(store: Store, crew: Pick<Crew, 'holds'>): Store {
  const fenced = new Map<CollectionName, unknown>();

  function collection<Name extends CollectionName>(name: Name): Collection<Collections[Name]> {
    const made = fenced.get(name) ?? fence(store.collection(name) as unknown as Collection<Document>, crew);
    fenced.set(name, made);
    return made as Collection<Collections[Name]>;
  }

  return { collection, close: () => store.close() };
}

function fence(inner: Collection<Document>, crew: Pick<Crew, 'holds'>): Collection<Document> {
  const unlessGivenUp = <T>(write: () => Promise<T>): Promise<T> =>
    crew.holds() ? write() : Promise.reject(givenUp());
  return {
    ...inner,
    insert: (drafts, outlives) => unlessGivenUp(() => inner.insert(drafts, outlives)),
    insertAsIs: (documents, outlives) => unlessGivenUp(() => inner.insertAsIs(documents, outlives)),
    append: (drafts, outlives) => unlessGivenUp(() => inner.append(drafts, outlives)),
    replace: (document, outlives) => unlessGivenUp(() => inner.replace(document, outlives)),
    delete: id => unlessGivenUp(() => inner.delete(id)),
  };
}

export const givenUp = (): ParleyError =>
  new ParleyError(
    'PROCESS_GIVEN_UP',
    'This process was silent for too long, and the others go on without it. It begins anew by itself; look at the machine’s load and at ' +
      'its connection to the store.',
    { retry: true },
  );
