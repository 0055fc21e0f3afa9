import type { ChatId } from '../../src/core/ids.ts';
import { atMost } from '../../src/ports/at-most.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** What the bridge was away for. What comes by transaction waits until what was missed before it in its rooms is in the log. */
export interface Gap {
  /** Something may be missed from now on. */
  begin(): void;
  /** Looks up what was missed until now. One look at a time: while one is under way, at most one more waits behind it. */
  close(): Promise<void>;
  /**
   * Resolves when nothing is missing before what comes in these chats: at once where nothing was missed, else when they have been looked at, which is done
   * ahead of all others. At the latest after a while, as the homeserver gives up a transaction that takes too long.
   */
  passed(chats: () => readonly ChatId[]): Promise<void>;
  /** Lets all pass. */
  stop(): void;
}

interface GapOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** Looks up what was missed in all chats; never rejects. */
  readonly lookUp: () => Promise<void>;
  /** The same in these; what it rejects with is that they wait for `lookUp`. */
  readonly catchUp: (chats: readonly ChatId[]) => Promise<void>;
}

const longestMs = 20_000;

export function makeGap({ clock, lookUp, catchUp }: GapOptions): Gap {
  let over = Promise.withResolvers<void>();
  let begun = 0;
  let closed = 0;
  let underWay: Promise<void> | null = null;
  let again = false;
  /** The chats that were looked at since the last gap began. */
  let caughtUp = new Set<ChatId>();

  function begin(): void {
    begun += 1;
    caughtUp = new Set();
  }

  async function look(): Promise<void> {
    do {
      again = false;
      const mine = begun;
      await lookUp();
      // A look that began before another gap did is worth nothing for what is lost now.
      closed = mine;
      if (closed === begun) {
        over.resolve();
        over = Promise.withResolvers();
      }
    } while (again);
    underWay = null;
  }

  async function lookAhead(chats: readonly ChatId[]): Promise<void> {
    while (closed !== begun) {
      const known = caughtUp;
      const left = chats.filter(chat => !known.has(chat));
      if (left.length === 0) return;
      await catchUp(left);
      // Where another gap has begun, they are looked at again.
      for (const chat of left) known.add(chat);
    }
  }

  return {
    begin,
    close() {
      begin();
      again = true;
      underWay ??= look();
      return underWay;
    },
    async passed(chats) {
      if (closed === begun) return;
      const looked = lookAhead(chats()).catch(() => over.promise);
      await atMost(longestMs, Promise.race([looked, over.promise]), clock);
    },
    stop: () => over.resolve(),
  };
}
