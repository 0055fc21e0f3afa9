import type { Collection, CollectionName, Store } from '../../src/ports/store.ts';

/** `documents`: how many were given out. */
type Calls = Record<'reads' | 'writes' | 'documents', number>;

const none: Calls = { reads: 0, writes: 0, documents: 0 };

const writes: readonly string[] = ['insert', 'insertAsIs', 'append', 'replace', 'delete'];

/** A store that counts what is asked of it. */
export function countedStore(store: Store): { readonly store: Store; taken(): Calls } {
  let calls: Calls = { ...none };
  const counted = <C extends object>(collection: C): C =>
    new Proxy(collection, {
      get(target, name, receiver) {
        const method = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => {
          calls[writes.includes(String(name)) ? 'writes' : 'reads'] += 1;
          const answer = method.apply(target, given);
          const count = (found: unknown): void => {
            calls.documents += Array.isArray(found) ? found.length : 0;
          };
          if (answer instanceof Promise) answer.then(count, () => undefined);
          return answer;
        };
      },
    });
  return {
    store: {
      ...store,
      collection: (name: CollectionName) => counted(store.collection(name) as Collection<never>),
    } as Store,
    taken() {
      const before = calls;
      calls = { ...none };
      return before;
    },
  };
}
