/**
 * Wakes workers by key. It carries no data: the store is the truth, a wake-up only says "look here".
 */
export interface Queue {
  /**
   * Asks that `topic`'s handler look at `key`. Returns at once. Several wake-ups of a key that waits become one; a wake-up
   * during a run causes one more run afterwards. A wake-up may be lost in a crash, or where too many keys wait (a sweep
   * finds the work again).
   */
  wake(topic: string, key: string): void;
  /**
   * False where so many keys wait in this process that soon more might be passed over. Who takes work from outside asks first, and says that
   * it is to come later; what Parley has begun itself need not ask, as room is kept for it, and the sweep finds it otherwise.
   */
  hasRoom(): boolean;
  /**
   * Handles the wake-ups of `topic`: one run at a time for each key, keys beside each other up to `concurrency`, first come first
   * served: a key that is to run once more goes behind those that wait. A handler that throws is run again after a growing pause
   * (0.1 s to 30 s), up to `attempts` times in a row; then `onGivenUp`. A pausing key holds no place, and a wake-up does not cut
   * the pause short. Wake-ups from before the topic has a handler are kept. A topic has one handler.
   */
  handle(topic: string, options: QueueHandler): void;
  /** Takes no new work, starts none that waits, waits for running handlers (at most `graceMs`), then ends. May be repeated. */
  close(graceMs: number): Promise<void>;
}

/** How much there is to do in one topic. */
export interface TopicLength {
  readonly topic: string;
  /** Keys that wait, also those that pause after a failure. */
  readonly waiting: number;
  readonly running: number;
  /** How long the one that waits longest does so, in milliseconds; 0 where none does. */
  readonly oldestMs: number;
}

/** A queue that tells how much waits: for operators, so it may be a moment old. */
export interface TellsLengths {
  /** Every topic that was used. Asked seldom; it may cost as much as there are keys. */
  lengths(): Promise<readonly TopicLength[]>;
}

export const tellsLengths = (queue: Queue): queue is Queue & TellsLengths => 'lengths' in queue;

export interface QueueHandler {
  /** 1 or more. */
  readonly concurrency: number;
  /** How often it is run before it is given up, 1 or more. */
  readonly attempts: number;
  readonly run: (key: string) => Promise<void>;
  readonly onGivenUp: (key: string, error: unknown) => void;
}
