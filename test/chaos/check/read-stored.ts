import { openForReading } from '../../../src/compose/sealed.ts';
import type { CollectionName, Collections, Store } from '../../../src/ports/store.ts';
import { openMongoStore } from '../../../src/stores/mongo/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { all } from '../../crash/stored.ts';

const names = [
  'chats',
  'agent_chats',
  'messages',
  'speaker_queues',
  'turns',
  'dead_letters',
  'processes',
  'leases',
] as const satisfies readonly CollectionName[];
type Name = (typeof names)[number];

/** All documents of the collections that are looked at. */
export type Stored = { readonly [N in Name]: readonly Collections[N][] };

export interface StoreAddress {
  readonly storeUrl: string;
  readonly masterKey: string;
}

/** Opens the store from beside, past all lines, with the key of the installation. */
export async function reading<T>({ storeUrl, masterKey }: StoreAddress, use: (store: Store) => Promise<T>): Promise<T> {
  const beneath = await openMongoStore({ url: storeUrl, clock: systemClock, fit: false });
  const keys = { master: masterKey, formerMaster: null, file: null, rotateDays: 90 };
  try {
    return await use(await openForReading(beneath, { config: { dataDir: '', keys }, clock: systemClock }));
  } finally {
    await beneath.close();
  }
}

/** Reads it all. */
export async function readStored(store: Store): Promise<Stored> {
  const read = await Promise.all(names.map(async name => [name, await all(store, name)] as const));
  return Object.fromEntries(read) as unknown as Stored;
}
