import { setImmediate } from 'node:timers';
import type { Clock } from '../../ports/clock.ts';
import type { QueueHandler } from '../../ports/queue.ts';
import { waitingLine } from './waiting-line.ts';

/** What a handler threw, for the log. `attempt` counts from 1. */
export interface HandlerFailure {
  readonly topic: string;
  readonly key: string;
  readonly attempt: number;
  readonly error: unknown;
}

/** A key that waits, runs, or pauses after a failure; a key that does none of these has no entry. */
interface Entry {
  readonly key: string;
  state: 'waiting' | 'running' | 'pausing';
  /** Woken during the run that is under way. */
  wokenAgain: boolean;
  /** How often it failed in a row. */
  failures: number;
  cancelPause: () => void;
}

export interface Topic {
  wake(key: string): void;
  handle(handler: QueueHandler): void;
  /** Starts nothing any more; resolves when nothing runs. */
  end(): Promise<void>;
}

interface TopicOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly onError: (failure: HandlerFailure) => void;
}

const shortestPause = 100;
const longestPause = 30_000;

/** Milliseconds to wait after so many failures in a row: 0.1 s, 0.2 s, 0.4 s, … 30 s. */
const pauseAfter = (failures: number): number => Math.min(longestPause, shortestPause * 2 ** (failures - 1));

/** The wake-ups of one topic. */
export function localTopic({ name, clock, onError }: TopicOptions): Topic {
  const entries = new Map<string, Entry>();
  const line = waitingLine<Entry>();
  let handler: QueueHandler | null = null;
  let running = 0;
  let scheduled = false;
  let onIdle: (() => void) | null = null;

  function enqueue(entry: Entry): void {
    entry.state = 'waiting';
    entry.wokenAgain = false;
    line.push(entry);
    startSoon();
  }

  /** In the next turn of the event loop: `wake` returns at once, and handlers that wake each other let the network in. */
  function startSoon(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      while (handler !== null && onIdle === null && running < handler.concurrency) {
        const entry = line.shift();
        if (entry === undefined) return;
        void run(entry, handler);
      }
    });
  }

  async function run(entry: Entry, { run: work, attempts, onGivenUp }: QueueHandler): Promise<void> {
    running += 1;
    entry.state = 'running';
    try {
      await work(entry.key);
      leave(entry);
    } catch (error) {
      entry.failures += 1;
      onError({ topic: name, key: entry.key, attempt: entry.failures, error });
      if (entry.failures < attempts) pause(entry);
      else giveUp(entry, error, onGivenUp);
    } finally {
      running -= 1;
      if (running === 0) onIdle?.();
      startSoon();
    }
  }

  /** A series of attempts is over. */
  function leave(entry: Entry): void {
    entry.failures = 0;
    if (entry.wokenAgain) enqueue(entry);
    else entries.delete(entry.key);
  }

  function pause(entry: Entry): void {
    if (onIdle !== null) return;
    entry.state = 'pausing';
    entry.cancelPause = clock.after(pauseAfter(entry.failures), () => enqueue(entry));
  }

  function giveUp(entry: Entry, error: unknown, onGivenUp: QueueHandler['onGivenUp']): void {
    const attempt = entry.failures;
    leave(entry);
    try {
      onGivenUp(entry.key, error);
    } catch (another) {
      onError({ topic: name, key: entry.key, attempt, error: another });
    }
  }

  return {
    wake(key) {
      const entry = entries.get(key);
      if (entry !== undefined) {
        entry.wokenAgain = entry.state === 'running';
        return;
      }
      const made: Entry = { key, state: 'waiting', wokenAgain: false, failures: 0, cancelPause: () => {} };
      entries.set(key, made);
      enqueue(made);
    },
    handle(given) {
      if (handler !== null) throw new TypeError(`${name} has a handler already.`);
      handler = given;
      startSoon();
    },
    end() {
      for (const entry of entries.values()) entry.cancelPause();
      return new Promise(resolve => {
        onIdle = resolve;
        if (running === 0) resolve();
      });
    },
  };
}
