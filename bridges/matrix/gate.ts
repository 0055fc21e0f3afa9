import type { Clock } from '../../src/ports/clock.ts';

/** Holds transactions back while something may still be missing that stands before them in its room. */
export interface Gate {
  close(): void;
  open(): void;
  /** Resolves when the gate is open; at the latest after a while, as the homeserver gives up a transaction that takes too long. */
  passed(): Promise<void>;
}

const longestMs = 20_000;

export function makeGate(clock: Clock): Gate {
  let opened: PromiseWithResolvers<void> | null = null;
  return {
    close() {
      opened ??= Promise.withResolvers();
    },
    open() {
      opened?.resolve();
      opened = null;
    },
    async passed() {
      if (opened === null) return;
      let cancel = (): void => undefined;
      const patience = new Promise<void>(resolve => {
        cancel = clock.after(longestMs, resolve);
      });
      await Promise.race([opened.promise, patience]);
      cancel();
    },
  };
}
