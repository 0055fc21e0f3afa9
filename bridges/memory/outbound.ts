import type { ChatEvent } from '../../src/core/message.ts';
import type { Intake } from '../../src/ports/bridge.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { makeFeed } from './feed.ts';

/** The network's queue of events for the bridge, and what may go wrong with it. */
export interface Outbound {
  push(event: ChatEvent): void;
  /** An answer was seen to grow. */
  grew(turn: string): void;
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
  const feed = makeFeed(clock);
  let intake: Intake | null = null;
  let losing = false;
  return {
    push(event) {
      if (!losing) feed.add(event);
    },
    grew(turn) {
      if (!losing) void intake?.grew([turn]);
    },
    connect(next) {
      intake = next;
      feed.connect(next);
    },
    disconnect() {
      intake = null;
      return feed.disconnect();
    },
    repeat: count => feed.add(...feed.last(count)),
    lose(act) {
      losing = true;
      try {
        act();
      } finally {
        losing = false;
      }
      void intake?.gap();
    },
    settled: feed.settled,
  };
}
