import { recent } from '../../../src/core/recent.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { RawEvent } from '../raw-event.ts';

/**
 * How long what can't be read may hold up what stands behind it. Whoever is in a room can make any number of messages that nobody will ever read, and
 * while a transaction is read all that comes after it waits.
 */
export interface Patience {
  /** Whether there is time to look for the key of an event at once. */
  isLeft(event: RawEvent): boolean;
  /** An event took so long, and could not be read. */
  spend(event: RawEvent, ms: number): void;
}

/** Each sender has so much, all together the other, and both come back within the time. */
const eachMs = 2_000;
const allMs = 8_000;
const backWithinMs = 60_000;
const mostSenders = 10_000;

interface Account {
  readonly spent: number;
  readonly at: number;
}

export function makePatience(clock: Clock): Patience {
  const senders = recent<string, Account>(mostSenders);
  let all: Account = { spent: 0, at: clock.now() };
  const spentOf = ({ spent, at }: Account, most: number): number =>
    Math.max(0, spent - ((clock.now() - at) * most) / backWithinMs);
  const bySender = ({ sender }: RawEvent): number => {
    const account = senders.get(sender);
    return account === undefined ? 0 : spentOf(account, eachMs);
  };
  return {
    isLeft: event => bySender(event) < eachMs && spentOf(all, allMs) < allMs,
    spend(event, ms) {
      const at = clock.now();
      senders.set(event.sender, { spent: bySender(event) + ms, at });
      all = { spent: spentOf(all, allMs) + ms, at };
    },
  };
}
