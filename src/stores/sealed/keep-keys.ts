import { type DataKey, isUsedUp, needsPass } from '../../core/data-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MasterKey } from '../../ports/keys.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { type Keyring, storedKeys } from './keyring.ts';
import { runPass } from './pass.ts';
import { addDataKey, tidyKeys } from './rotate.ts';

/** How often a process looks whether there are new keys. */
const everyMs = 30_000;
/**
 * How often this process must have seen the same key in use before former ones may be dropped: an hour by its own timers, as clocks of other
 * machines may be wrong. By then every process uses the new key.
 */
const looksBeforeDropping = 120;
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
  const lookOnce = looker(parts, ending.signal);
  let working: Promise<void> = Promise.resolve();
  let cancel = clock.after(everyMs, look);

  function look(): void {
    working = lookOnce()
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

function looker(parts: KeepKeysParts, signal: AbortSignal): () => Promise<void> {
  const { store, keys, clock, log, rotateAfterMs } = parts;
  let seen = { key: '', times: 0 };

  /** Looks at all documents where that is to be done. True: it began, and nobody sealed with a former key any more. */
  async function pass(key: DataKey, former: number): Promise<boolean> {
    const isElsewhere = key.pass !== null && clock.now() - key.updatedAt < abandonedAfterMs;
    const settling = former > 0 && key.pass === null && seen.times >= looksBeforeDropping;
    if (isElsewhere || !(needsPass(key) || settling)) return false;
    const passed = await runPass(parts, { signal });
    if (passed === null) return false;
    log.info({ key: passed._id, broken: passed.broken }, 'All documents are sealed with this key.');
    return settling && passed._id === key._id;
  }

  return async () => {
    await keys.refresh();
    const [newest, ...former] = await storedKeys(store);
    if (newest === undefined) return;
    seen = { key: newest._id, times: seen.key === newest._id ? seen.times + 1 : 1 };
    if (isUsedUp(newest, clock.now(), rotateAfterMs)) {
      log.info({ key: await addDataKey(parts) }, 'A new key seals the store from now on.');
      return;
    }
    const settled = await pass(newest, former.length);
    // A document that does not open is looked for again an hour later.
    if (settled) seen = { ...seen, times: 0 };
    const { dropped, compacted } = await tidyKeys(store, { settled });
    if (compacted) log.info({}, 'The files of the store were cleaned of what had stood there in plain text.');
    if (dropped.length > 0) log.info({ keys: dropped }, 'Keys that nothing needs any more were dropped.');
  };
}
