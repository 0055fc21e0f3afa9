import type { ChatEvent } from '../../src/core/message.ts';
import type { Intake } from '../../src/ports/bridge.ts';
import type { Clock } from '../../src/ports/clock.ts';

const atOnce = 100;
const longestPauseMs = 1_000;

/** The network's queue of events for the bridge: in order, one batch at a time, again until it is taken. */
export interface Outbound {
  push(event: ChatEvent): void;
  connect(intake: Intake): void;
  disconnect(): Promise<void>;
  /** Delivers the last `count` events again, as networks do after a crash. */
  repeat(count: number): void;
  /** What happens in `act` is never delivered; then the bridge hears that there was a gap. As when a homeserver crashes. */
  lose(act: () => void): void;
  /** Resolves when everything has been taken. */
  settled(): Promise<void>;
}

export function makeOutbound(clock: Clock): Outbound {
  const log: ChatEvent[] = [];
  let taken = 0;
  let intake: Intake | null = null;
  let running: Promise<void> | null = null;
  let failures = 0;
  let losing = false;
  const waiting = new Set<() => void>();

  function pump(): void {
    if (running !== null || intake === null || taken >= log.length) return;
    running = deliver(intake).finally(() => {
      running = null;
      if (taken >= log.length) announce();
      else if (failures === 0) pump();
      else clock.after(Math.min(longestPauseMs, 10 * 2 ** failures), pump);
    });
  }

  function announce(): void {
    const done = [...waiting];
    waiting.clear();
    for (const tell of done) tell();
  }

  async function deliver(to: Intake): Promise<void> {
    const batch = log.slice(taken, taken + atOnce);
    const end = taken + batch.length;
    try {
      // Never in the caller's own stack: a person who speaks does not wait for a bridge.
      await Promise.resolve();
      await to.receive(batch);
      taken = end;
      failures = 0;
    } catch {
      failures += 1;
    }
  }

  return {
    push(event) {
      if (losing) return;
      log.push(event);
      pump();
    },
    connect(next) {
      intake = next;
      pump();
    },
    async disconnect() {
      intake = null;
      await running;
    },
    repeat(count) {
      log.push(...log.slice(-count));
      pump();
    },
    lose(act) {
      losing = true;
      try {
        act();
      } finally {
        losing = false;
      }
      void intake?.gap();
    },
    async settled() {
      while (taken < log.length) {
        await new Promise<void>(resolve => {
          waiting.add(resolve);
        });
      }
    },
  };
}
