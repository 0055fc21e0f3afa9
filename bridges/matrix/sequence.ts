import type { Clock } from '../../src/ports/clock.ts';
import type { Signals } from '../../src/ports/signals.ts';
import { matrix } from './names.ts';

/** Follows the numbers of the homeserver's transactions. */
export interface Sequence {
  /** Whether the one before this one is missing. May take a moment, in which another process may tell of it. */
  lacks(transactionId: string): Promise<boolean>;
  /** It is stored. */
  took(transactionId: string): void;
  /** The homeserver was away, and may count anew. */
  forget(): void;
}

interface SequenceOptions {
  readonly signals: Pick<Signals, 'send' | 'listen'>;
  readonly clock: Pick<Clock, 'after'>;
}

/** What another process took before may be told after what came here. */
const underWayMs = 500;
/** Each number that follows the one before counts for trust in the next ones, and each that does not takes some of it. */
const trust = { first: 8, most: 20, lostByHole: 4 };

/**
 * Synapse counts its transactions, and sends each when the one before was taken. It draws a number before it stores what it will send; where that
 * fails, because its disk is full, the events are lost to the application service, and the number is never used. So a number that is left
 * out is a sign of it. It may mean nothing: other application services share the numbers, and other homeservers may have no such order;
 * where numbers are left out again and again, they are trusted no more until they follow each other.
 */
export function makeSequence({ signals, clock }: SequenceOptions): Sequence {
  let highest: number | null = null;
  let trusted = trust.first;

  function note(number: number): void {
    if (highest === null || number > highest) highest = number;
  }

  signals.listen(signal => {
    if (signal.type === 'taken' && signal.bridge === matrix) note(signal.number);
  });

  const leavesOut = (number: number): boolean => highest !== null && number > highest + 1;

  function forget(): void {
    highest = null;
  }

  return {
    async lacks(transactionId) {
      const number = numberOf(transactionId);
      if (number === 1) forget();
      if (number === null) return false;
      if (!leavesOut(number)) {
        if (highest !== null && number === highest + 1) trusted = Math.min(trust.most, trusted + 1);
        return false;
      }
      if (trusted < trust.lostByHole) return false;
      await new Promise<void>(resolve => void clock.after(underWayMs, resolve));
      if (!leavesOut(number)) return false;
      trusted -= trust.lostByHole;
      return true;
    },
    took(transactionId) {
      const number = numberOf(transactionId);
      if (number === null) return;
      note(number);
      signals.send({ type: 'taken', bridge: matrix, number });
    },
    forget,
  };
}

function numberOf(transactionId: string): number | null {
  return /^\d{1,15}$/.test(transactionId) ? Number(transactionId) : null;
}
