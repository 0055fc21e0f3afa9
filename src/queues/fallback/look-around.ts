import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** Looks, again and again. */
export interface LookAround {
  /** Begins, with a first look; where it goes on already, the next one is a first look again. */
  begin(): void;
  /** Begins no further look. */
  end(): void;
}

/** So long between two looks, and so many times as long as the last one took: the store has other things to do, too. */
const pauseMs = 2_000;
const pauseFactor = 4;

/** Looks at once when it begins, then after each pause; one look at a time. The first one is tried again until it goes through. */
export function lookAround(given: {
  readonly look: (first: boolean) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}): LookAround {
  const { look, clock, log } = given;
  let wanted = false;
  let isFirst = true;
  let underWay = false;
  let cancel = (): void => undefined;

  async function lookOnce(): Promise<void> {
    underWay = true;
    const begun = clock.now();
    const first = isFirst;
    isFirst = false;
    try {
      await look(first);
    } catch (error) {
      isFirst ||= first;
      log.debug({ err: error }, 'What is to be done could not be looked up; it is tried again.');
    }
    underWay = false;
    if (wanted) later(isFirst && !first ? 0 : Math.max(pauseMs, pauseFactor * (clock.now() - begun)));
  }

  function later(ms: number): void {
    cancel = clock.after(ms, () => void lookOnce());
  }

  return {
    begin() {
      isFirst = true;
      // The next look, soon, is a first one.
      if (wanted) return;
      wanted = true;
      // A look of an outage before that is still under way goes on to this one when it ends.
      if (!underWay) void lookOnce();
    },
    end() {
      wanted = false;
      cancel();
    },
  };
}
