import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { environmentKey } from '../../../src/keys/local/environment-key.ts';
import { newKey } from '../../../src/keys/local/key-set.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { MasterKey } from '../../../src/ports/keys.ts';
import type { Store } from '../../../src/ports/store.ts';
import { keepKeys } from '../../../src/stores/sealed/keep-keys.ts';
import type { Keyring } from '../../../src/stores/sealed/keyring.ts';
import { openOrMakeKeyring, sealedStore } from '../../../src/stores/sealed/store.ts';
import { openSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { tempFolder } from '../../config/temp-folder.ts';

export const day = 24 * 3_600_000;

export const anyMaster = (): MasterKey => environmentKey({ current: newKey(), former: null });

/** One process with a sealed store over `beneath`. */
export interface Sealed {
  readonly store: Store;
  readonly beneath: Store;
  readonly keys: Keyring;
  readonly master: MasterKey;
  readonly clock: Clock;
}

interface Given {
  readonly beneath: Store;
  readonly clock: Clock;
  readonly master?: MasterKey;
}

export async function openSealed({ beneath, clock, master = anyMaster() }: Given): Promise<Sealed> {
  const keys = await openOrMakeKeyring({ store: beneath, master, clock });
  return { store: sealedStore(beneath, keys), beneath, keys, master, clock };
}

/** Lets a process look after its keys until the test ends. */
export function keptKeys({ beneath, ...sealed }: Sealed, warned: unknown[] = []): () => Promise<void> {
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields: object) => void warned.push(fields),
    error: () => undefined,
  };
  const stop = keepKeys({ ...sealed, store: beneath, log, rotateAfterMs: 90 * day });
  onTestFinished(stop);
  return stop;
}

export function sqliteFile(clock: Clock): {
  readonly folder: string;
  readonly open: () => ReturnType<typeof openSqliteStore>;
} {
  const folder = tempFolder();
  return { folder, open: () => openSqliteStore({ path: join(folder, 'parley.db'), clock }) };
}
