import { ParleyError } from '../../core/errors.ts';
import type { Store } from '../../ports/store.ts';
import { movedMark } from '../backup/read-installation.ts';

/**
 * What must be known of a store before anything in it is opened: whose it is, and which version its documents have. It stands in the
 * ids of settings, which are never sealed, so it can be read without any key.
 */
const owner = 'installation:';
const version = 'schema:';

/** Notes that the installation is elsewhere from now on. May be repeated. */
export async function noteMoved(store: Store, where: string): Promise<void> {
  await store.collection('settings').insert([{ _id: `${movedMark}${where}`, value: 'yes' }]);
}

/** Rejects with `STORE_MOVED` where the installation is elsewhere. */
export async function refuseMoved(store: Store): Promise<void> {
  const [where] = await marks(store, movedMark);
  if (where === undefined) return;
  throw new ParleyError(
    'STORE_MOVED',
    `This installation was moved to ${where}, where what was said since then is. Start Parley on that one (set MONGODB_URL for a MongoDB, unset it for SQLite), or copy it back. If it is ` +
      'gone for good and this one is to go on as it was: npx parley migrate --take-over.',
  );
}

/** This store is the installation again, whatever was moved. */
export async function forgetMoved(store: Store): Promise<void> {
  for (const where of await marks(store, movedMark)) await store.collection('settings').delete(movedMark + where);
}

/** All marks of a kind; `;` is the sign behind `:`. */
async function marks(store: Store, kind: string): Promise<string[]> {
  const where = { _id: { above: kind, below: `${kind.slice(0, -1)};` } };
  const found = await store.collection('settings').find({ where, limit: 100 });
  return found.map(({ _id }) => _id.slice(kind.length));
}

/** The installation that the store belongs to; null: nobody's yet. */
export async function ownerOf(store: Store): Promise<string | null> {
  return (await marks(store, owner))[0] ?? null;
}

/**
 * Makes the store this installation's, or rejects with `STORE_OF_ANOTHER`. Of two that try at once, at most one gets it. With
 * `takeOver` the former owner's mark is removed.
 */
export async function claimStore(store: Store, installation: string, takeOver = false): Promise<void> {
  const settings = store.collection('settings');
  if (takeOver) for (const other of await othersThan(store, installation)) await settings.delete(owner + other);
  const mine = { _id: owner + installation, value: 'yes' };
  if ((await othersThan(store, installation)).length === 0) await settings.insert([mine]);
  const [other] = await othersThan(store, installation);
  if (other === undefined) return;
  await settings.delete(mine._id);
  throw ofAnother(other, installation);
}

async function othersThan(store: Store, installation: string): Promise<string[]> {
  return (await marks(store, owner)).filter(name => name !== installation);
}

export const ofAnother = (other: string, installation: string): ParleyError =>
  new ParleyError(
    'STORE_OF_ANOTHER',
    `The store belongs to the installation ${other}, and this one is ${installation}. Give this one a database of its own (the name at the ` +
      'end of MONGODB_URL). If the other one is gone for good and this one follows it: npx parley migrate --take-over.',
  );

/** The version of the documents; null where there are none yet. A store from before there were versions has version 1. */
export async function versionOf(store: Store): Promise<number | null> {
  const known = (await marks(store, version)).map(Number);
  if (known.length > 0) return Math.max(...known);
  return (await store.collection('agents').find({ limit: 1 })).length > 0 ? 1 : null;
}

/** Notes that all documents have a version. May be repeated. */
export async function noteVersion(store: Store, reached: number): Promise<void> {
  await store.collection('settings').insert([{ _id: `${version}${String(reached).padStart(4, '0')}`, value: 'yes' }]);
}
