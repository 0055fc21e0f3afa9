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
   * ahead of all others. At the latest after a while, as the homeserver gives up a transaction that takes too long; a chat is waited for once.
   */
  passed(chats: () => readonly ChatId[]): Promise<void>;
  /** Lets all pass. */
  stop(): void;
}

interface GapOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** Looks up what was missed in all chats; never rejects. */
  readonly lookUp: () => Promise<void>;
  /** The same in these. */
  readonly catchUp: (chats: readonly ChatId[]) => Promise<void>;
}

const longestMs = 20_000;
/** Then nothing waits any more until the next gap: it is the homeserver that is slow. */
const mostThatTakeLong = 3;

export function makeGap({ clock, lookUp, catchUp }: GapOptions): Gap {
  let over = Promise.withResolvers<void>();
  let begun = 0;
  let closed = 0;
  let underWay: Promise<void> | null = null;
  let again = false;
  /** The looks at chats since the last gap began: one at each. */
  let ahead = new Map<ChatId, Promise<void>>();
  let tookLong = 0;

  function begin(): void {
    begun += 1;
    ahead = new Map();
    tookLong = 0;
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

  async function lookAt(chats: readonly ChatId[]): Promise<void> {
    let isDone = false;
    const mine = begun;
    const looked = catchUp(chats).finally(() => {
      isDone = true;
    });
    await atMost(longestMs, looked, clock);
    if (!isDone && mine === begun) tookLong += 1;
  }

  /** Looks at those that nobody has looked at in this gap, and waits for all. What took too long has had its time. */
  async function lookAhead(chats: readonly ChatId[]): Promise<void> {
    const left = chats.filter(chat => !ahead.has(chat));
    if (left.length > 0) {
      const looked = lookAt(left);
      for (const chat of left) ahead.set(chat, looked);
    }
    await Promise.all(chats.map(chat => ahead.get(chat)));
  }

  /** Again where another gap begins meanwhile. */
  async function untilLooked(chats: readonly ChatId[]): Promise<void> {
    for (let mine = -1; mine !== begun && closed !== begun; ) {
      mine = begun;
      await lookAhead(chats);
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
      if (closed === begun || tookLong >= mostThatTakeLong) return;
      await atMost(longestMs, Promise.race([untilLooked(chats()), over.promise]), clock);
    },
    stop: () => over.resolve(),
  };
}
