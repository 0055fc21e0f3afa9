/** Tells those who wait for the homeserver to be reached that it is back. */
export interface Comeback {
  /** Aborted when it is back the next time. */
  next(): AbortSignal;
  tell(): void;
}

export function makeComeback(): Comeback {
  let waiting = new AbortController();
  return {
    next: () => waiting.signal,
    tell() {
      const told = waiting;
      waiting = new AbortController();
      told.abort();
    },
  };
}
