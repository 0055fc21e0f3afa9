import type { Collection, CollectionName, Store } from '../../src/ports/store.ts';

type Calls = Record<'reads' | 'writes', number>;

const writes: readonly string[] = ['insert', 'insertAsIs', 'append', 'replace', 'delete'];

/** A store that counts what is asked of it. */
export function countedStore(store: Store): { readonly store: Store; taken(): Calls } {
  let calls: Calls = { reads: 0, writes: 0 };
  const counted = <C extends object>(collection: C): C =>
    new Proxy(collection, {
      get(target, name, receiver) {
        const method = Reflect.get(target, name, receiver);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => {
          calls[writes.includes(String(name)) ? 'writes' : 'reads'] += 1;
          return method.apply(target, given);
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
      calls = { reads: 0, writes: 0 };
      return before;
    },
  };
}
