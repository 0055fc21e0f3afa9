import type { Clock } from '../../src/ports/clock.ts';

/** Holds transactions back while something may still be missing that stands before them in its room. */
export interface Gate {
  /** Opens by itself after a while. Closed again while it is closed, it begins to count anew, but not for ever. */
  close(): void;
  open(): void;
  /** Resolves when the gate is open; at the latest after a while, as the homeserver gives up a transaction that takes too long. */
  passed(): Promise<void>;
}

const longestMs = 20_000;
/** For a homeserver that comes and goes. */
const longestInARowMs = 60_000;

export function makeGate(clock: Clock): Gate {
  let closed: { readonly opened: PromiseWithResolvers<void>; readonly until: number } | null = null;
  let cancelOpening = (): void => undefined;

  function open(): void {
    cancelOpening();
    closed?.opened.resolve();
    closed = null;
  }

  return {
    close() {
      closed ??= { opened: Promise.withResolvers(), until: clock.now() + longestInARowMs };
      cancelOpening();
      cancelOpening = clock.after(Math.min(longestMs, closed.until - clock.now()), open);
    },
    open,
    async passed() {
      if (closed === null) return;
      let cancel = (): void => undefined;
      const patience = new Promise<void>(resolve => {
        cancel = clock.after(longestMs, resolve);
      });
      await Promise.race([closed.opened.promise, patience]);
      cancel();
    },
  };
}
