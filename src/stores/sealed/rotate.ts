import type { DataKey } from '../../core/data-key.ts';
import { canRenew } from '../../ports/keys.ts';
import { canCompact, type Store } from '../../ports/store.ts';
import { step } from '../../telemetry/step.ts';
import { type KeyringParts, makeDataKey, purposeOf, storedKeys, unwrapKey } from './keyring.ts';

type KeyParts = Pick<KeyringParts, 'store' | 'master'>;

/** Makes the next data key, and gives its number. Every process uses it within half a minute. */
export async function addDataKey(parts: KeyParts): Promise<string> {
  const [newest] = await storedKeys(parts.store);
  const id = String(Number(newest?._id ?? 0) + 1);
  await makeDataKey(parts, id);
  return id;
}

/**
 * Wraps all data keys anew: with a new master key where that can be made here, else with the one that the operator has given. May be
 * repeated; ended anywhere, every key is wrapped by one that is there. Gives the name of the master key.
 */
export async function renewMaster(parts: KeyParts): Promise<string> {
  const { store, master } = parts;
  if (canRenew(master)) await master.renew();
  const name = await master.name();
  while (!(await areWrappedBy(name, parts))) {
    for (const key of await storedKeys(store)) if (key.master !== name) await rewrap(parts, key);
  }
  if (canRenew(master)) await master.forgetFormer();
  return name;
}

/** Whether every key is wrapped by this master key, and can be unwrapped. */
async function areWrappedBy(name: string, { store, master }: KeyParts): Promise<boolean> {
  const keys = await storedKeys(store);
  if (keys.some(key => key.master !== name)) return false;
  for (const key of keys) await unwrapKey(master, key);
  return true;
}

async function rewrap({ store, master }: KeyParts, key: DataKey): Promise<void> {
  const { text: wrapped, master: by } = await master.wrap(await unwrapKey(master, key), purposeOf(key._id));
  await store.collection('keys').replace({ ...key, wrapped, master: by });
  step('key.rewrapped');
}

export interface Tidied {
  readonly dropped: readonly string[];
  readonly compacted: boolean;
}

/**
 * What is left to do when a pass has gone through: cleans the files of plain text, and, where `settled` says that no document needs them,
 * drops the former keys. May be repeated.
 */
export async function tidyKeys(store: Store, { settled }: { readonly settled: boolean }): Promise<Tidied> {
  const keys = await storedKeys(store);
  const [newest, ...former] = keys;
  if (newest === undefined || newest.passedAt === null) return { dropped: [], compacted: false };
  const compacted = await cleanFiles(store, keys);
  if (!settled || newest.broken > 0) return { dropped: [], compacted };
  for (const { _id } of former) {
    await store.collection('keys').delete(_id);
    step('key.dropped');
  }
  return { dropped: former.map(({ _id }) => _id), compacted };
}

async function cleanFiles(store: Store, keys: readonly DataKey[]): Promise<boolean> {
  const unclean = keys.filter(({ leftovers }) => leftovers);
  if (unclean.length === 0) return false;
  if (canCompact(store)) await store.compact();
  step('store.compacted');
  for (const key of unclean) await store.collection('keys').replace({ ...key, leftovers: false });
  return true;
}
