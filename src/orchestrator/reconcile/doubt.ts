import type { Clock } from '../../ports/clock.ts';

/** Signs that something was not delivered, which may mean nothing. */
export interface Doubt {
  /**
   * Has it looked up: at once, or after a rest where such looks came to nothing lately. One look at a time. Resolves when the look is done
   * where it is made at once, else at once. `look` gives what was found, null where somebody else has looked; it never rejects.
   */
  raise(look: () => Promise<number | null>): Promise<void>;
  stop(): void;
}

/** So many looks in a row may come to nothing before there is a rest. */
const atOnce = 2;
const firstRestMs = 10_000;
const longestRestMs = 30 * 60_000;
/** As long without a sign, and what came to nothing is forgotten. */
const forgottenMs = 2 * longestRestMs;

/** One look for many signs, and fewer and fewer of them where signs are usual and mean nothing. */
export function makeDoubt(clock: Pick<Clock, 'after'>): Doubt {
  let fruitless = 0;
  let busy = false;
  let owed: (() => Promise<number | null>) | null = null;
  let cancelRest = (): void => undefined;
  let cancelForgetting = (): void => undefined;

  async function run(look: () => Promise<number | null>): Promise<void> {
    busy = true;
    const found = await look();
    if (found !== null) fruitless = found > 0 ? 0 : fruitless + 1;
    const restMs = fruitless <= atOnce ? 0 : Math.min(longestRestMs, firstRestMs * 2 ** (fruitless - atOnce - 1));
    if (restMs === 0) return rested();
    cancelRest = clock.after(restMs, () => void rested());
  }

  function rested(): void {
    busy = false;
    const look = owed;
    owed = null;
    if (look !== null) void run(look);
  }

  return {
    async raise(look) {
      cancelForgetting();
      cancelForgetting = clock.after(forgottenMs, () => {
        fruitless = 0;
      });
      if (busy) owed = look;
      else await run(look);
    },
    stop() {
      cancelRest();
      cancelForgetting();
      owed = null;
    },
  };
}
