/**
 * Wakes workers by key. It carries no data: the store is the truth, a wake-up only says "look here".
 */
export interface Queue {
  /**
   * Asks that `topic`'s handler look at `key`. Returns at once. Several wake-ups of a key that waits become one; a wake-up
   * during a run causes one more run afterwards. A wake-up may be lost in a crash (a sweep finds the work again).
   */
  wake(topic: string, key: string): void;
  /**
   * Handles the wake-ups of `topic`: one run at a time for each key, keys beside each other up to `concurrency`, first come first
   * served. A handler that throws is run again after a growing pause (0.1 s to 30 s), up to `attempts` times in a row; then `onGivenUp`.
   */
  handle(topic: string, options: QueueHandler): void;
  /** Takes no new work, waits for running handlers (at most `graceMs`), then ends. */
  close(graceMs: number): Promise<void>;
}

export interface QueueHandler {
  readonly concurrency: number;
  readonly attempts: number;
  readonly run: (key: string) => Promise<void>;
  readonly onGivenUp: (key: string, error: unknown) => void;
}
