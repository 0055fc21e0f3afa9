import type { Clock } from './ports/clock.ts';
import type { TellsTime } from './ports/store.ts';

/** A clock that processes on several machines have in common, from when it follows a server that all of them ask. */
export interface SharedClock extends Clock {
  /**
   * From now on it goes by the time of this server: a machine whose clock is wrong, or is set, does no harm. Resolves after the first look,
   * also where that failed and the machine's time counts until the next one; gives how to end it.
   */
  follow(server: TellsTime): Promise<() => void>;
}

export interface SharedClockParts {
  readonly machine: Clock;
  /** Milliseconds since some moment, by a clock that nobody sets. */
  readonly elapsed: () => number;
}

const everyMs = 10_000;
/** What was under way for longer may be off by half of it, and is not taken where there is better. */
const soonMs = 500;
/** Less than that is how long an answer was under way. */
const noticedMs = 250;

export function sharedClock({ machine, elapsed }: SharedClockParts): SharedClock {
  /** What the time was, and when that was. */
  let known: { readonly time: number; readonly at: number } | null = null;

  const now = (): number => (known === null ? machine.now() : Math.round(known.time + elapsed() - known.at));

  async function look(server: TellsTime): Promise<void> {
    const asked = elapsed();
    const told = await server.serverTime();
    const at = elapsed();
    if (told === null || (known !== null && at - asked > soonMs)) return;
    const time = told + (at - asked) / 2;
    if (known === null || Math.abs(time - now()) > noticedMs) known = { time, at };
  }

  return {
    now,
    after: machine.after,
    async follow(server) {
      let cancel: (() => void) | null = () => undefined;
      const lookAgain = async (): Promise<void> => {
        // The server is away: time goes on as it did.
        await look(server).catch(() => undefined);
        if (cancel !== null) cancel = machine.after(everyMs, () => void lookAgain());
      };
      await lookAgain();
      return () => {
        cancel?.();
        cancel = null;
      };
    },
  };
}
