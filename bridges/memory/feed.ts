import type { ChatEvent } from '../../src/core/message.ts';
import type { Intake } from '../../src/ports/bridge.ts';
import type { Clock } from '../../src/ports/clock.ts';

const atOnce = 100;
const longestPauseMs = 1_000;

/** Delivers events to the bridge: in order, one batch at a time, again until it is taken. */
export interface Feed {
  add(...events: readonly ChatEvent[]): void;
  /** The last so many that were added. */
  last(count: number): readonly ChatEvent[];
  connect(intake: Intake): void;
  disconnect(): Promise<void>;
  /** Resolves when everything has been taken. */
  settled(): Promise<void>;
}

export function makeFeed(clock: Clock): Feed {
  const log: ChatEvent[] = [];
  let taken = 0;
  let intake: Intake | null = null;
  let running: Promise<void> | null = null;
  let failures = 0;
  let allTaken = Promise.withResolvers<void>();

  function pump(): void {
    if (running === null && intake !== null && taken < log.length) running = deliver(intake);
  }

  async function deliver(to: Intake): Promise<void> {
    const batch = log.slice(taken, taken + atOnce);
    const isTaken = await takes(to, batch);
    if (isTaken) taken += batch.length;
    failures = isTaken ? 0 : failures + 1;
    running = null;
    if (taken >= log.length) {
      allTaken.resolve();
      allTaken = Promise.withResolvers();
    } else if (isTaken) pump();
    else clock.after(Math.min(longestPauseMs, 10 * 2 ** failures), pump);
  }

  return {
    add(...events) {
      log.push(...events);
      pump();
    },
    last: count => log.slice(-count),
    connect(next) {
      intake = next;
      pump();
    },
    async disconnect() {
      intake = null;
      await running;
    },
    async settled() {
      while (taken < log.length) await allTaken.promise;
    },
  };
}

async function takes(intake: Intake, batch: readonly ChatEvent[]): Promise<boolean> {
  try {
    // Never in the caller's own stack: a person who speaks does not wait for a bridge.
    await Promise.resolve();
    await intake.receive(batch);
    return true;
  } catch {
    return false;
  }
}
