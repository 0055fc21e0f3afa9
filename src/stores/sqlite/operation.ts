import type { DatabaseSync } from 'node:sqlite';
import { isFull, isOfOneStatement } from './failure.ts';
import type { Statements } from './statements.ts';

/** How long the writes of one transaction and the reads of one turn may hold up the event loop. */
const longestWritesMs = 20;
export const longestReadsMs = 5;

/** Something to do with the database, and whoever waits for it. */
export interface Operation {
  readonly writes: boolean;
  /** Whether it must wait for the disk. */
  readonly synced: boolean;
  /** How many characters of documents it writes. */
  readonly size: number;
  readonly run: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown };

export interface Performer {
  /** Does at least the first of a batch, in order, and gives what came of those that it did; the others come with the next batch. */
  perform(batch: readonly Operation[]): Outcome[];
  /** Something else may have changed how the database waits for the disk. */
  forgetMode(): void;
}

export function performer(database: DatabaseSync, statement: Statements): Performer {
  let synchronous = '';

  /**
   * With NORMAL a commit stands in the write-ahead log but isn't forced to the disk; the next FULL one forces all that stands before it.
   * https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  function setSynchronous(mode: 'FULL' | 'NORMAL'): void {
    if (mode !== synchronous) database.exec(`PRAGMA synchronous = ${mode}`);
    synchronous = mode;
  }

  function transact(batch: readonly Operation[]): Outcome[] {
    setSynchronous(batch.some(operation => operation.synced) ? 'FULL' : 'NORMAL');
    statement('BEGIN IMMEDIATE').run();
    try {
      const outcomes = someOf(batch, longestWritesMs, attempt);
      statement('COMMIT').run();
      return outcomes;
    } finally {
      if (database.isTransaction) statement('ROLLBACK').run();
    }
  }

  /** When the disk is too full for all of them, each is tried alone: what fits is written. */
  function write(batch: readonly Operation[]): Outcome[] {
    try {
      return transact(batch);
    } catch (error) {
      if (isFull(error) && batch.length > 1) return batch.flatMap(operation => write([operation]));
      return batch.map(() => ({ error }));
    }
  }

  return {
    perform: batch => (batch.some(operation => operation.writes) ? write(batch) : someOf(batch, longestReadsMs, ended)),
    forgetMode() {
      synchronous = '';
    },
  };
}

/** At least one. */
function someOf(batch: readonly Operation[], longestMs: number, each: (operation: Operation) => Outcome): Outcome[] {
  const begun = performance.now();
  const outcomes: Outcome[] = [];
  for (const operation of batch) {
    outcomes.push(each(operation));
    if (performance.now() - begun >= longestMs) break;
  }
  return outcomes;
}

/** Reads change nothing, so whatever one of them fails by, it fails alone. */
function ended({ run }: Operation): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

/** A write that fails by itself leaves the others of its batch alone; any other error ends the batch. */
function attempt({ run }: Operation): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    if (isOfOneStatement(error)) return { error };
    throw error;
  }
}
