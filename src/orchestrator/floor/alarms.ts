import type { ChatId } from '../../core/ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** Wakes rooms at a time: when a slot ends. One alarm for each room; a start sets them anew. */
export interface Alarms {
  /** Wakes the room then, and not at the time that was set before. Null: not at all. */
  set(chat: ChatId, at: number | null): void;
  cancelAll(): void;
}

const longestMs = 24 * 3_600_000;
/** What is past when it is set has just been looked at and is not over yet: an answer that can't be sent, or whose process is gone. */
const overdueMs = 1_000;

export function alarms(clock: Clock, wake: (chat: ChatId) => void): Alarms {
  const set = new Map<ChatId, { readonly at: number; readonly cancel: () => void }>();
  return {
    set(chat, at) {
      const known = set.get(chat);
      if (known?.at === at || (known === undefined && at === null)) return;
      known?.cancel();
      set.delete(chat);
      if (at === null) return;
      const ring = (): void => {
        set.delete(chat);
        wake(chat);
      };
      const left = at - clock.now();
      set.set(chat, { at, cancel: clock.after(left > 0 ? Math.min(longestMs, left) : overdueMs, ring) });
    },
    cancelAll() {
      for (const { cancel } of set.values()) cancel();
      set.clear();
    },
  };
}
