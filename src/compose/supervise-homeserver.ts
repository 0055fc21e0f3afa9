import type { Progress } from '../cli/progress.ts';
import type { RunningHomeserver } from '../homeserver/running-homeserver.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

const firstPauseMs = 500;
const longestPauseMs = 60_000;
/** One that becomes ready and ends before this time is no better than one that does not start. */
const stayedUpMs = 5 * 60_000;

export interface SupervisedHomeserver {
  /** As it was begun; later ones have the same address. */
  readonly begun: RunningHomeserver;
  /** Ends the homeserver that runs now, or is being started, if it is ours. */
  stop(): Promise<void>;
}

interface Supervision {
  readonly start: () => Promise<RunningHomeserver>;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly log: Log;
}

/** Starts the homeserver, and starts it again when it ends by itself; the pauses grow until it stays up. */
export async function superviseHomeserver(given: Supervision): Promise<SupervisedHomeserver> {
  const { start, clock, log } = given;
  const begun = await start();
  let running = begun;
  let starting: Promise<void> = Promise.resolve();
  let stopped = false;
  const pauses = growingPauses(clock);

  const begin = async (): Promise<void> => {
    running = await start();
  };

  const watch = async (): Promise<void> => {
    while (!stopped && running.exited !== undefined) {
      const since = clock.now();
      const why = await running.exited;
      if (stopped) return;
      if (clock.now() - since >= stayedUpMs) pauses.reset();
      announce(given, why, pauses.next());
      await restart();
    }
  };

  const restart = async (): Promise<void> => {
    while (!stopped) {
      await pauses.wait();
      if (stopped) return;
      try {
        starting = begin();
        await starting;
        return;
      } catch (error) {
        log.error({ err: error }, 'The homeserver could not be started again; trying once more.');
      }
    }
  };

  void watch();
  return {
    begun,
    async stop() {
      stopped = true;
      // What is being started can be stopped only when it is there.
      await starting.catch(() => undefined);
      await running.stop();
    },
  };
}

function announce({ progress, log }: Supervision, why: string, pause: number): void {
  progress.warn(`${why} Starting it again${pause === 0 ? '' : ` in ${pause / 1000} s`}.`);
  log.warn({ why, pause }, 'The homeserver ended; it is started again.');
}

/** None at first, then longer each time. */
function growingPauses(clock: Clock): { next(): number; wait(): Promise<void>; reset(): void } {
  let pause = 0;
  return {
    next: () => pause,
    async wait() {
      const ms = pause;
      pause = Math.min(Math.max(firstPauseMs, 2 * ms), longestPauseMs);
      if (ms > 0) await new Promise<void>(resolve => void clock.after(ms, resolve));
    },
    reset() {
      pause = 0;
    },
  };
}
