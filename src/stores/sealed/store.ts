import type { Document } from '../../core/document.ts';
import { ParleyError } from '../../core/errors.ts';
import type { Collection, CollectionName, Collections, Store } from '../../ports/store.ts';
import { sealedCollection } from './collection.ts';
import { type Keyring, type KeyringParts, makeDataKey, openKeyring, storedKeys } from './keyring.ts';
import { keyOfDocument } from './sealed-document.ts';
import { isSealed, sealedCollections } from './what-is-sealed.ts';

/** A store that looks like the one beneath, and writes nothing that anybody has said or is called in plain text. */
export function sealedStore(store: Store, keys: Keyring): Store {
  const collections = new Map<CollectionName, unknown>();

  function collection<Name extends CollectionName>(name: Name): Collection<Collections[Name]> {
    const inner = store.collection(name);
    if (!isSealed(name)) return inner;
    const made =
      collections.get(name) ?? sealedCollection<Document>(name, inner as unknown as Collection<Document>, keys);
    collections.set(name, made);
    return made as Collection<Collections[Name]>;
  }

  return { collection, close: () => store.close() };
}

/**
 * The keys of a store, for writing: the first one is made where there is none. What was written before stands there in plain text until
 * a pass has sealed it. Errors: `KEY_MISSING`, `KEY_WRONG`; then nothing was written.
 */
export async function openOrMakeKeyring(parts: KeyringParts): Promise<Keyring> {
  if ((await storedKeys(parts.store)).length === 0) {
    await refuseSealed(parts.store);
    await makeDataKey(parts, '1');
  }
  return openKeyring(parts);
}

/** A store that lost its keys must not get new ones: nobody would look for the old ones. */
async function refuseSealed(store: Store): Promise<void> {
  for (const name of sealedCollections) {
    const [first] = await store.collection(name).find({ limit: 1 });
    if (first === undefined || keyOfDocument(first) === null) continue;
    const message =
      'The store is sealed, but the keys that were stored in it are gone. Restore all of it from a backup.';
    throw new ParleyError('KEY_MISSING', message);
  }
}
