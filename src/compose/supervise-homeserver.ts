import type { Progress } from '../cli/progress.ts';
import type { RunningHomeserver } from '../homeserver/running-homeserver.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

const firstPauseMs = 500;
const longestPauseMs = 60_000;

export interface SupervisedHomeserver {
  /** As it was begun; later ones have the same address. */
  readonly begun: RunningHomeserver;
  /** Ends the homeserver that runs now, if it is ours. */
  stop(): Promise<void>;
}

interface Supervision {
  readonly start: () => Promise<RunningHomeserver>;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly log: Log;
}

/** Starts the homeserver, and starts it again when it ends by itself, with growing pauses. */
export async function superviseHomeserver({ start, clock, progress, log }: Supervision): Promise<SupervisedHomeserver> {
  const begun = await start();
  let running = begun;
  let stopped = false;
  const wait = (ms: number): Promise<void> => new Promise(resolve => void clock.after(ms, resolve));

  const watch = async (): Promise<void> => {
    while (!stopped && running.exited !== undefined) {
      const why = await running.exited;
      if (stopped) return;
      progress.warn(`${why} Starting it again.`);
      log.warn({ why }, 'The homeserver ended; it is started again.');
      await restart();
    }
  };

  const restart = async (): Promise<void> => {
    for (let pause = firstPauseMs; !stopped; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        running = await start();
        if (stopped) await running.stop();
        return;
      } catch (error) {
        log.error({ err: error }, 'The homeserver could not be started again; trying once more.');
        await wait(pause);
      }
    }
  };

  void watch();
  return {
    begun,
    async stop() {
      stopped = true;
      await running.stop();
    },
  };
}
