import type { Document } from '../../core/document.ts';
import type { CollectionName, Collections, Query, Store, Stored } from '../../ports/store.ts';

/** Stands in `settings` while a restore is under way. */
export const restoreMark = 'restore:unfinished';

/** Begins what a store is marked with that was moved elsewhere. */
export const movedMark = 'moved:';

/** Tells a store from its copies. */
export const storeIdMark = 'store-id';

/** What stands in a store about the store itself, and is in no copy of it. */
export const isMark = (id: string): boolean => id === restoreMark || id === storeIdMark || id.startsWith(movedMark);

const pageSize = 500;

interface Way {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
  /** What is added while the copy is made is left out: nothing that was read before tells of it. */
  readonly upToNewest?: true;
}

const byId: Way = { field: '_id', direction: 'asc' };
const byTime: Way = { field: 'timestamp', direction: 'asc', upToNewest: true };

/**
 * What a copy is made of: all but the processes that run just now, what they hold, and the journals of keys: keys that went on after the copy
 * must never be used again from where they stood; and what was read with them, which without them can't be read again. An agent gets a new device instead, and its identity, which is copied, vouches for it.
 */
export type Copied = Exclude<CollectionName, 'processes' | 'leases' | 'key_pages' | 'key_uses'>;

/**
 * Every collection, in the order in which a running installation is copied: what claims that something was done is read before what was
 * done, so that the copy looks as after a crash, which the next start repairs. The proof is decision 25.
 */
const readingOrder: { readonly [Name in Copied]: Way } = {
  // Documents are sealed by them: read first, and once more at the end for those that are new.
  keys: byId,
  speaker_queues: byId,
  agents: byId,
  agent_chats: byId,
  settings: byId,
  key_identities: byId,
  encrypted_rooms: byId,
  budget_limits: byId,
  chats: byId,
  // A task claims that its steps were taken and that its thread was told of them; a step, that those before it were.
  tasks: byId,
  task_cards: byId,
  task_steps: { field: '_id', direction: 'desc' },
  task_files: byId,
  memories: byId,
  task_assignments: byId,
  task_updates: byId,
  // What follows from a turn has its id as a beginning, and is read before it.
  turns: { field: '_id', direction: 'desc' },
  budgets: byId,
  messages: { field: 'createdAt', direction: 'asc', upToNewest: true },
  floor_views: byId,
  agent_attention_states: byId,
  dead_letters: byTime,
  audit: byTime,
};

/** In the order in which they are read. */
export const copiedCollections = Object.keys(readingOrder) as Copied[];

/** All documents of an installation, while it runs, in the order that makes them a copy. Memory: a page. Tests read otherwise. */
export async function* readInstallation(
  store: Store,
  { page = pageSize, order = copiedCollections }: { readonly page?: number; readonly order?: readonly Copied[] } = {},
): AsyncGenerator<Stored> {
  const keys = new Set<string>();
  for (const collection of [...order, 'keys'] as const) {
    for await (const document of readAll(store, collection, page)) {
      if (isMark(document._id) || (collection === 'keys' && keys.has(document._id))) continue;
      if (collection === 'keys') keys.add(document._id);
      yield { collection, document } as Stored;
    }
  }
}

/** All documents of a collection, as they stand when they are come to. */
export async function* readAll<Name extends Copied>(
  store: Store,
  name: Name,
  page = pageSize,
): AsyncGenerator<Collections[Name]> {
  const { field, direction, upToNewest } = readingOrder[name];
  const collection = store.collection(name as CollectionName);
  const orderBy = { field, direction } as NonNullable<Query<Document>['orderBy']>;
  const end = upToNewest ? await newestOf(store, name, field) : null;
  if (upToNewest && end === null) return;
  const where = end === null ? {} : { where: { [field]: { below: end + 1 } } };
  let after: Document | undefined;
  do {
    const found: Document[] = await collection.find({
      ...where,
      orderBy,
      limit: page,
      ...(after ? { after } : {}),
    } as never);
    yield* found as Collections[Name][];
    after = found.length === page ? found.at(-1) : undefined;
  } while (after);
}

/** Where the last document stands that is there now, or null. */
async function newestOf(store: Store, name: CollectionName, field: string): Promise<number | null> {
  const query = { orderBy: { field, direction: 'desc' }, limit: 1 };
  const [newest] = await store.collection(name).find(query as never);
  const value = (newest as unknown as Readonly<Record<string, unknown>> | undefined)?.[field];
  return typeof value === 'number' ? value : null;
}
