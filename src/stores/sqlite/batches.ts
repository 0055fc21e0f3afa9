import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers';
import { ParleyError } from '../../core/errors.ts';
import type { Outlives } from '../../ports/store.ts';
import { isFull, isOfOneStatement, storeFailure } from './failure.ts';
import type { Statements } from './statements.ts';

/**
 * How much one transaction takes at most, so that a burst does not hold up the event loop for long, nor the write-ahead log grow without
 * end: operations, characters of documents, and time. It takes at least one operation; the others come with the next one.
 */
const mostInBatch = 500;
const mostCharacters = 4_000_000;
const longestWritesMs = 20;
/** How many reads may be done in one turn of the event loop, and for how long; more wait for its end, so that the network gets in between. */
const mostReadsAtOnce = 32;
const longestReadsMs = 5;

/** Something to do with the database, and whoever waits for it. */
interface Operation {
  readonly writes: boolean;
  /** Whether it must wait for the disk. */
  readonly synced: boolean;
  /** How many characters of documents it writes. */
  readonly size: number;
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

export interface Batches {
  /** Runs `work` after all that was asked before: at once where nothing waits. */
  read<T>(work: () => T): Promise<T>;
  /** Runs `work`, which writes `size` characters, after all that was asked before; resolves when what it wrote is durable. */
  write<T>(work: () => T, how: { readonly size: number; readonly outlives?: Outlives | undefined }): Promise<T>;
  /** Runs `work` outside of any transaction, between two batches. */
  alone(work: () => void): Promise<void>;
  /** Does what is waiting, and takes nothing more. */
  end(): void;
}

/**
 * Group commit: what is asked in one turn of the event loop is done in one transaction, in order, and waits for the disk once. The end
 * of the turn (setImmediate) costs one caller a few microseconds more than a microtask, gathers callers that take a different number of
 * steps, and lets the network in between two commits.
 */
export function batches(database: DatabaseSync, statement: Statements, path: string): Batches {
  let waiting: Operation[] = [];
  let scheduled = false;
  let ended = false;
  let readsAtOnce = 0;
  let readingMs = 0;
  let synchronous = '';

  function add<T>(work: () => T, how: Pick<Operation, 'writes' | 'synced' | 'size'>): Promise<T> {
    if (ended) return Promise.reject(closed());
    if (!scheduled) setImmediate(flush);
    scheduled = true;
    return new Promise<T>((resolve, reject) => {
      waiting.push({ ...how, run: work, resolve: value => resolve(value as T), reject });
    });
  }

  /**
   * With NORMAL a commit stands in the write-ahead log but isn't forced to the disk; the next FULL one forces all that stands before it.
   * https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  function setSynchronous(mode: 'FULL' | 'NORMAL'): void {
    if (mode !== synchronous) database.exec(`PRAGMA synchronous = ${mode}`);
    synchronous = mode;
  }

  function flush(): void {
    scheduled = false;
    const batch = nextBatch(waiting);
    const outcomes = batch.some(operation => operation.writes) ? perform(batch) : readSome(batch);
    waiting = waiting.slice(outcomes.length);
    if (waiting.length > 0) {
      scheduled = true;
      setImmediate(flush);
    }
    settle(batch.slice(0, outcomes.length), outcomes);
  }

  /** At least one; the others come in the next turn. */
  function readSome(batch: readonly Operation[]): Outcome[] {
    const begun = performance.now();
    const outcomes: Outcome[] = [];
    for (const operation of batch) {
      outcomes.push(...perform([operation]));
      if (performance.now() - begun >= longestReadsMs) break;
    }
    return outcomes;
  }

  /** When the disk is too full for all of them, each is tried alone: what fits is written. */
  function perform(batch: readonly Operation[]): Outcome[] {
    try {
      return batch.some(operation => operation.writes) ? transact(batch) : batch.map(attempt);
    } catch (error) {
      if (isFull(error) && batch.length > 1) return batch.flatMap(operation => perform([operation]));
      return batch.map(() => ({ error }));
    }
  }

  function transact(batch: readonly Operation[]): Outcome[] {
    setSynchronous(batch.some(operation => operation.synced) ? 'FULL' : 'NORMAL');
    statement('BEGIN IMMEDIATE').run();
    try {
      const outcomes = attemptSome(batch);
      statement('COMMIT').run();
      return outcomes;
    } finally {
      if (database.isTransaction) statement('ROLLBACK').run();
    }
  }

  function settle(batch: readonly Operation[], outcomes: readonly Outcome[]): void {
    for (const [at, operation] of batch.entries()) {
      const outcome = outcomes[at];
      if (outcome !== undefined && 'value' in outcome) operation.resolve(outcome.value);
      else operation.reject(storeFailure(outcome?.error, path));
    }
  }

  /** The path of an answer has a dozen reads one after the other; with other work about, each end of a turn would cost it some 0.1 ms. */
  function read<T>(work: () => T): Promise<T> {
    if (ended || waiting.length > 0 || readsAtOnce >= mostReadsAtOnce || readingMs >= longestReadsMs)
      return add(work, { writes: false, synced: false, size: 0 });
    if (readsAtOnce === 0) {
      setImmediate(() => {
        readsAtOnce = 0;
        readingMs = 0;
      });
    }
    readsAtOnce += 1;
    const begun = performance.now();
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(storeFailure(error, path));
    } finally {
      readingMs += performance.now() - begun;
    }
  }

  return {
    read,
    write: (work, { size, outlives = 'machine' }) => add(work, { writes: true, synced: outlives === 'machine', size }),
    async alone(work) {
      if (ended) throw closed();
      // It may change the mode.
      synchronous = '';
      try {
        work();
      } catch (error) {
        throw storeFailure(error, path);
      }
    },
    end() {
      ended = true;
      while (waiting.length > 0) flush();
    },
  };
}

const closed = (): ParleyError =>
  new ParleyError('STORE_FAILED', 'The store is closed, as Parley ends. Start Parley again.');

function nextBatch(waiting: readonly Operation[]): readonly Operation[] {
  let characters = 0;
  const end = waiting.findIndex(({ size }, at) => {
    characters += size;
    return at >= mostInBatch || (at > 0 && characters > mostCharacters);
  });
  return end < 0 ? waiting : waiting.slice(0, end);
}

/** At least one. */
function attemptSome(batch: readonly Operation[]): Outcome[] {
  const begun = performance.now();
  const outcomes: Outcome[] = [];
  for (const operation of batch) {
    outcomes.push(attempt(operation));
    if (performance.now() - begun >= longestWritesMs) break;
  }
  return outcomes;
}

/** An operation that fails by itself leaves the others of its batch alone; any other error ends the batch. */
function attempt(operation: Operation): Outcome {
  try {
    return { value: operation.run() };
  } catch (error) {
    if (isOfOneStatement(error)) return { error };
    throw error;
  }
}
