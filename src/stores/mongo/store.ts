import type { Document } from '../../core/document.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Collection, CollectionName, Collections, Store, TellsTime } from '../../ports/store.ts';
import { checkCollection } from '../../ports/store-document.ts';
import { shownAddress } from './address.ts';
import { mongoCollection } from './collection.ts';
import { type Connected, connect, newClient, openingFailure } from './connect.ts';
import { storeFailure } from './failure.ts';
import { fitIndexes } from './fit-indexes.ts';
import { inOrder } from './in-order.ts';
import { reconnectWhenStuck } from './reconnect.ts';
import type { Stored } from './stored-form.ts';
import { writeConcerns } from './write-concern.ts';

export interface MongoStoreOptions {
  /** A connection string, which may hold a password. */
  readonly url: string;
  readonly clock: Clock;
  readonly tenant?: string;
  /** Whether collections and indexes that are missing are made. Default: true. */
  readonly fit?: boolean;
}

/**
 * What says that a process lives has connections of its own. Behind work that waits for one, a slow server would make a process count as gone, and what it
 * was at would be begun anew elsewhere, which makes the server slower still.
 */
const signsOfLife: ReadonlySet<CollectionName> = new Set(['processes', 'leases']);
const fewConnections = { minPoolSize: 0, maxPoolSize: 2 };

/**
 * The store in a MongoDB, or in what speaks its protocol. Any number of processes may have it open. Rejects with `CONFIG_INVALID`,
 * `STORE_UNREACHABLE`, `STORE_REFUSED` or `STORE_UNSUITABLE`.
 */
export async function openMongoStore({
  url,
  clock,
  tenant = 'default',
  fit = true,
}: MongoStoreOptions): Promise<Store & TellsTime> {
  const connected = await connect(url);
  if (fit) await fitted(connected, url);
  const { client, database, sharded } = connected;
  const lifeline = newClient(url, fewConnections);
  const endWatches = [client, lifeline].map(each => reconnectWhenStuck(each, clock));
  // The bound of one does not stop the other.
  const [order, orderOfSigns] = [inOrder(clock), inOrder(clock)];
  const context = {
    concern: writeConcerns(sharded),
    shown: shownAddress(url),
    stamp: () => ({ now: clock.now(), tenant }),
  };
  const collections = new Map<CollectionName, Collection<Document>>();

  function make(name: CollectionName): Collection<Document> {
    checkCollection(name);
    const ofLife = signsOfLife.has(name);
    const driver = (ofLife ? lifeline : client).db(database).collection<Stored>(name);
    const made = mongoCollection<Document>(name, { ...context, order: ofLife ? orderOfSigns : order, driver });
    collections.set(name, made);
    return made;
  }

  const collection = <Name extends CollectionName>(name: Name): Collection<Collections[Name]> =>
    (collections.get(name) ?? make(name)) as unknown as Collection<Collections[Name]>;

  return {
    collection,
    serverTime: () => serverTime({ client: lifeline, database }, context.shown),
    async close() {
      await Promise.all([order.end(), orderOfSigns.end()]);
      for (const end of endWatches) end();
      await Promise.all([client.close(), lifeline.close()]);
    },
  };
}

async function serverTime(
  { client, database }: Pick<Connected, 'client' | 'database'>,
  shown: string,
): Promise<number | null> {
  try {
    const { localTime } = await client.db(database).command({ hello: 1 });
    return localTime instanceof Date ? localTime.getTime() : null;
  } catch (error) {
    throw storeFailure(error, shown);
  }
}

async function fitted({ client, database }: Connected, url: string): Promise<void> {
  try {
    await fitIndexes(client.db(database));
  } catch (error) {
    await client.close();
    throw openingFailure(error, url);
  }
}

/** One line on the server and the database, after a look at both; changes nothing. Rejects as opening does. */
export async function describeMongo(url: string): Promise<string> {
  const { client, version } = await connect(url);
  await client.close();
  return `MongoDB ${version} at ${shownAddress(url)}`;
}
