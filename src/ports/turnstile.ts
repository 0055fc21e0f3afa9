/** Lets only so many through at once, and in a minute. */
export interface Turnstile {
  /**
   * Resolves when it is one's turn, first come first served, with how to leave. Rejects with the signal's reason when that is aborted, and with
   * a `TurnstileFull` at once where too many wait.
   */
  enter(signal: AbortSignal): Promise<() => void>;
}

export interface TurnstileLimits {
  /** Null: any number. */
  readonly atOnce: number | null;
  readonly perMinute: number | null;
  /** Who has not left after so long counts as gone, as a process that died. */
  readonly longestMs: number;
}

/** Too many wait already. */
export class TurnstileFull extends Error {
  constructor() {
    super('Too many wait already.');
    this.name = 'TurnstileFull';
  }
}
