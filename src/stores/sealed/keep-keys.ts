import { isUsedUp, needsPass } from '../../core/data-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MasterKey } from '../../ports/keys.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { type Keyring, storedKeys } from './keyring.ts';
import { runPass } from './pass.ts';
import { addDataKey, tidyKeys } from './rotate.ts';

/** How often a process looks whether there are new keys. */
const everyMs = 30_000;
/** A pass of another process that has not moved for so long is taken over. */
const abandonedAfterMs = 60_000;

export interface KeepKeysParts {
  /** The store beneath. */
  readonly store: Store;
  readonly keys: Keyring;
  readonly master: MasterKey;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a key is in use before a new one is made. */
  readonly rotateAfterMs: number;
}

/** Keeps the keys of a running process up to date: follows new ones, makes the next one, seals what is not sealed with it. Gives its end. */
export function keepKeys(parts: KeepKeysParts): () => Promise<void> {
  const { clock, log } = parts;
  const ending = new AbortController();
  let working: Promise<void> = Promise.resolve();
  let cancel = clock.after(everyMs, look);

  function look(): void {
    working = lookOnce(parts, ending.signal)
      .catch((err: unknown) => log.warn({ err }, 'The keys of the store can not be looked after; it is tried again.'))
      .then(() => {
        if (!ending.signal.aborted) cancel = clock.after(everyMs, look);
      });
  }

  return async () => {
    ending.abort();
    cancel();
    await working;
  };
}

async function lookOnce(parts: KeepKeysParts, signal: AbortSignal): Promise<void> {
  const { store, keys, clock, log, rotateAfterMs } = parts;
  await keys.refresh();
  const [newest, ...former] = await storedKeys(store);
  if (newest === undefined) return;
  const now = clock.now();
  if (isUsedUp(newest, now, rotateAfterMs)) {
    log.info({ key: await addDataKey(parts) }, 'A new key seals the store from now on.');
    return;
  }
  const isElsewhere = newest.pass !== null && now - newest.updatedAt < abandonedAfterMs;
  if (needsPass(newest, former.length, now) && !isElsewhere) {
    const passed = await runPass(parts, { signal });
    if (passed !== null)
      log.info({ key: passed._id, broken: passed.broken }, 'All documents are sealed with this key.');
  }
  const { dropped, compacted } = await tidyKeys(store);
  if (compacted) log.info({}, 'The files of the store were cleaned of what had stood there in plain text.');
  if (dropped.length > 0) log.info({ keys: dropped }, 'Keys that nothing needs any more were dropped.');
}
