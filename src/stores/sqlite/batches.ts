import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers';
import { ParleyError } from '../../core/errors.ts';
import type { Outlives } from '../../ports/store.ts';
import { storeBusy } from '../../ports/store-busy.ts';
import { storeFailure } from './failure.ts';
import { longestReadsMs, type Operation, type Outcome, performer } from './operation.ts';
import type { Statements } from './statements.ts';

/**
 * How much one transaction takes at most, so that a burst does not hold up the event loop for long, nor the write-ahead log grow without
 * end: operations, and characters of documents. It takes at least one operation; the others come with the next one.
 */
const mostInBatch = 500;
const mostCharacters = 4_000_000;
/** How many reads may be done in one turn of the event loop; more wait for its end, so that the network gets in between. */
const mostReadsAtOnce = 32;

/** How much may wait: many more than a process has under way. The bound is there for a disk that stalls while much comes in. */
export interface Waits {
  readonly operations: number;
  readonly characters: number;
}
const mostWaiting: Waits = { operations: 50_000, characters: 64_000_000 };

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

interface BatchesOptions {
  readonly database: DatabaseSync;
  readonly statement: Statements;
  /** Of the file, for messages. */
  readonly path: string;
  readonly most?: Waits;
}

/**
 * Group commit: what is asked in one turn of the event loop is done in one transaction, in order, and waits for the disk once. The end
 * of the turn (setImmediate) costs one caller a few microseconds more than a microtask, gathers callers that take a different number of
 * steps, and lets the network in between two commits. Where too much waits, what is asked is refused, to be asked again.
 */
export function batches({ database, statement, path, most = mostWaiting }: BatchesOptions): Batches {
  const { perform, forgetMode } = performer(database, statement);
  const atOnce = readAllowance();
  let waiting: Operation[] = [];
  let characters = 0;
  let scheduled = false;
  let ended = false;

  function add<T>(work: () => T, how: Pick<Operation, 'writes' | 'synced' | 'size'>): Promise<T> {
    if (ended) return Promise.reject(closed());
    const isTooMuch = waiting.length >= most.operations || characters + how.size > most.characters;
    if (isTooMuch && waiting.length > 0) return Promise.reject(storeBusy(waiting.length));
    if (!scheduled) setImmediate(flush);
    scheduled = true;
    characters += how.size;
    return new Promise<T>((resolve, reject) => {
      waiting.push({ ...how, run: work, resolve: value => resolve(value as T), reject });
    });
  }

  function flush(): void {
    scheduled = false;
    const batch = nextBatch(waiting);
    const outcomes = perform(batch);
    const done = batch.slice(0, outcomes.length);
    waiting = waiting.slice(done.length);
    characters -= done.reduce((sum, { size }) => sum + size, 0);
    if (waiting.length > 0) {
      scheduled = true;
      setImmediate(flush);
    }
    settle(done, outcomes, path);
  }

  return {
    async read(work) {
      if (ended || waiting.length > 0 || !atOnce.isLeft()) return add(work, { writes: false, synced: false, size: 0 });
      try {
        return atOnce.counting(work);
      } catch (error) {
        throw storeFailure(error, path);
      }
    },
    write: (work, { size, outlives = 'machine' }) => add(work, { writes: true, synced: outlives === 'machine', size }),
    async alone(work) {
      if (ended) throw closed();
      forgetMode();
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

function settle(done: readonly Operation[], outcomes: readonly Outcome[], path: string): void {
  for (const [at, operation] of done.entries()) {
    const outcome = outcomes[at];
    if (outcome !== undefined && 'value' in outcome) operation.resolve(outcome.value);
    else operation.reject(storeFailure(outcome?.error, path));
  }
}

/** Reads that are done at once: the path of an answer has a dozen, one after the other, and each end of a turn would cost it some 0.1 ms. */
function readAllowance() {
  let reads = 0;
  let spentMs = 0;

  function counting<T>(work: () => T): T {
    if (reads === 0) {
      setImmediate(() => {
        reads = 0;
        spentMs = 0;
      });
    }
    reads += 1;
    const begun = performance.now();
    try {
      return work();
    } finally {
      spentMs += performance.now() - begun;
    }
  }

  return { isLeft: () => reads < mostReadsAtOnce && spentMs < longestReadsMs, counting };
}
