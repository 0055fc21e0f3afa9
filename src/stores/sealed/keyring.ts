import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers';
import { type DataKey, newestFirst } from '../../core/data-key.ts';
import { isParleyError, ParleyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MasterKey } from '../../ports/keys.ts';
import type { Store } from '../../ports/store.ts';
import { maxLimit } from '../../ports/store-document.ts';
import { step } from '../../telemetry/step.ts';
import { keyIdOf, openText, sealText } from './seal.ts';
import { countUses } from './uses.ts';

/** The keys of an installation, unwrapped, as one process has them. */
export interface Keyring {
  /** The number of the key that seals now. */
  inUse(): string;
  /** At once, with the key in use. */
  seal(text: string, context: string): string;
  /** Throws where the text was changed, and `SEAL_BROKEN` where its key is not there. */
  open(sealed: string, context: string): string;
  knows(keyId: string): boolean;
  /** Reads which keys there are now. Rejects as the store and the master key do. */
  refresh(): Promise<void>;
  /** Something to wait for before the next call, or undefined: a process that was frozen must not seal with a key that was given up. */
  ready(): Promise<void> | undefined;
}

export interface KeyringParts {
  /** The store beneath, where the keys stand. */
  readonly store: Store;
  readonly master: MasterKey;
  readonly clock: Clock;
}

const keyLength = 32;
/** So long the keys may be used without looking whether there are new ones: far less than a former one stays. */
const staleAfterMs = 600_000;

export const purposeOf = (keyId: string): string => `data key ${keyId}`;

/** Makes the data key of this number, where it is not there yet. Its making is one document; whoever is first has made it. */
export async function makeDataKey(
  { store, master }: Pick<KeyringParts, 'store' | 'master'>,
  id: string,
): Promise<void> {
  const { text: wrapped, master: by } = await master.wrap(randomBytes(keyLength), purposeOf(id));
  const fresh = { _id: id, wrapped, master: by, uses: 0, pass: null, passedAt: null, broken: 0, leftovers: false };
  const [inserted] = await store.collection('keys').insert([fresh]);
  step('key.made');
  if (inserted === 'inserted') await refuseUnreadable({ store, master }, { _id: id, wrapped, master: by });
}

/** The master key may have been renewed, and the one that wrapped forgotten, at the same moment. Nothing is sealed with the new key yet. */
async function refuseUnreadable(
  { store, master }: Pick<KeyringParts, 'store' | 'master'>,
  key: Pick<DataKey, '_id' | 'wrapped' | 'master'>,
): Promise<void> {
  try {
    await unwrapKey(master, key);
  } catch (error) {
    if (isParleyError(error, 'KEY_WRONG')) await store.collection('keys').delete(key._id);
    throw error;
  }
}

/** The data key itself. */
export const unwrapKey = (master: MasterKey, key: Pick<DataKey, '_id' | 'wrapped' | 'master'>): Promise<Uint8Array> =>
  master.unwrap({ master: key.master, text: key.wrapped }, purposeOf(key._id));

/** All keys as they are stored, the newest first. */
export const storedKeys = async (store: Store): Promise<DataKey[]> =>
  newestFirst(await store.collection('keys').find({ limit: maxLimit }));

/** Opens the keys that there are, at least one. Errors: `KEY_MISSING`, `KEY_WRONG`, and those of the store. */
export async function openKeyring(parts: KeyringParts): Promise<Keyring> {
  const { store, master, clock } = parts;
  const secrets = new Map<string, KeyObject>();
  const uses = countUses(store);
  let inUse = { id: '', secret: createSecretKey(randomBytes(keyLength)) };
  let refreshedAt = 0;
  let refreshing: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    const begunAt = clock.now();
    const keys = await storedKeys(store);
    for (const key of keys) {
      if (secrets.has(key._id)) continue;
      secrets.set(key._id, createSecretKey(await unwrapKey(master, key)));
    }
    const id = keys[0]?._id;
    const secret = id === undefined ? undefined : secrets.get(id);
    if (id === undefined || secret === undefined) throw noKeys();
    inUse = { id, secret };
    refreshedAt = begunAt;
    await uses.report(id);
  }

  await refresh();
  return {
    inUse: () => inUse.id,
    knows: id => secrets.has(id),
    refresh,
    seal(text, context) {
      uses.count();
      return sealText(text, inUse, context);
    },
    open(sealed, context) {
      const id = keyIdOf(sealed) ?? '';
      const secret = secrets.get(id);
      if (secret === undefined) throw unknownKey(id);
      return openText(sealed, secret, context);
    },
    ready() {
      if (refreshing === undefined && clock.now() - refreshedAt < staleAfterMs) return undefined;
      // All who wait go on in the order in which they came, before anybody else may go past them.
      refreshing ??= refresh().finally(() => setImmediate(() => (refreshing = undefined)));
      return refreshing;
    },
  };
}

const noKeys = (): ParleyError =>
  new ParleyError('KEY_MISSING', 'The store has lost the keys that it is sealed with. Restore it from a backup.');

const unknownKey = (id: string): ParleyError =>
  new ParleyError(
    'SEAL_BROKEN',
    `A document is sealed with key ${id}, which is not among the keys of this store. Restore both from the same backup.`,
  );
