import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { ownerOf } from '../migrate/store-marks.ts';

const everyMs = 5_000;

interface WatchOwnerOptions {
  readonly store: Store;
  /** Whose the store has to be. */
  readonly installation: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, when it is another's. */
  readonly onLost: () => void;
}

/** Looks whether the store is still this installation's: somebody may take it over (`migrate --take-over`) while this one runs. Gives what ends it. */
export function watchOwner({ store, installation, clock, log, onLost }: WatchOwnerOptions): () => void {
  let cancel = (): void => undefined;
  let ended = false;

  async function look(): Promise<void> {
    const owner = await ownerOf(store);
    if (ended || owner === null || owner === installation) return;
    ended = true;
    log.error({ owner, installation }, 'The store was taken over by another installation.');
    onLost();
  }

  function again(): void {
    cancel = clock.after(everyMs, () => {
      // Where the store is away, others say so.
      look()
        .catch(() => undefined)
        .finally(() => void (ended || again()));
    });
  }

  again();
  return () => {
    ended = true;
    cancel();
  };
}
