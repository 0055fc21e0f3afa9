import type { Store } from '../../ports/store.ts';
import { storeIdMark } from '../backup/read-installation.ts';
import { ensure } from '../change.ts';

/**
 * What tells this store from every other one, also from one that it was restored or copied from: it is drawn when it is first asked for, and is in
 * no backup and no copy that Parley makes. `draw` gives a new one.
 */
export async function storeIdOf(store: Store, draw: () => string): Promise<string> {
  return (await ensure(store.collection('settings'), { _id: storeIdMark, value: draw() })).value;
}
