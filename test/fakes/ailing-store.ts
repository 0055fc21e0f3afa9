import { ParleyError } from '../../src/core/errors.ts';
import type { Collection, CollectionName, Store } from '../../src/ports/store.ts';

const writes: readonly string[] = ['insert', 'insertAsIs', 'append', 'replace', 'delete'];

export interface AilingStore {
  readonly store: Store;
  /**
   * The server goes away at the write after so many more, and is back for the next `times`-th one. `before`: nothing was written. `after`: it was,
   * but the answer is lost. `only`: writes to other collections go through and are not counted.
   */
  failAt(
    writes: number,
    when: 'before' | 'after',
    given?: { readonly times?: number; readonly only?: CollectionName },
  ): void;
  failed(): boolean;
}

/** A store whose server goes away for a moment, while the process goes on. */
export function ailingStore(store: Store): AilingStore {
  let left = Number.POSITIVE_INFINITY;
  let times = 0;
  let when: 'before' | 'after' = 'before';
  let only: CollectionName | undefined;
  let failed = false;

  async function ailing<T>(write: () => Promise<T>): Promise<T> {
    left -= 1;
    if (left >= 0 || times === 0) return write();
    times -= 1;
    failed = true;
    if (when === 'after') await write();
    throw new ParleyError('STORE_UNREACHABLE', 'The store was told to fail here. Try again.', { retry: true });
  }

  const wrapped = <C extends object>(name: CollectionName, collection: C): C =>
    new Proxy(collection, {
      get(target, key, receiver) {
        const method = Reflect.get(target, key, receiver);
        if (typeof method !== 'function' || !writes.includes(String(key))) return method;
        return (...given: unknown[]) => {
          const write = async (): Promise<unknown> => method.apply(target, given);
          return only === undefined || only === name ? ailing(write) : write();
        };
      },
    });

  return {
    store: {
      ...store,
      collection: (name: CollectionName) => wrapped(name, store.collection(name) as Collection<never>),
    } as Store,
    failAt(after, how, given = {}) {
      left = after;
      when = how;
      times = given.times ?? 1;
      only = given.only;
      failed = false;
    },
    failed: () => failed,
  };
}
