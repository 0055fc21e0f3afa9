import type { Folders } from './folders.ts';
import type { Running } from './running.ts';
import type { Spare } from './spare-folders.ts';

/** A container that runs and that nobody has yet, on folders of its own. */
export interface Warm {
  readonly spare: Spare;
  readonly running: Running;
}

export interface Pool {
  /** One that is ready; null where none is. Another one is made in its place, in the background. */
  take(): Warm | null;
  /** Resolves when as many are ready as there should be, or could not be made. */
  full(): Promise<void>;
  close(): Promise<void>;
}

export interface PoolGiven {
  readonly size: number;
  readonly folders: Folders;
  readonly name: () => string;
  /** Starts a container on a spare. */
  readonly start: (name: string, spare: Spare) => Promise<Running>;
}

/** Makes workspaces before they are wanted, from the first one that is wanted on: to start a container takes some hundred milliseconds, to take one a few. */
export function pool({ size, folders, name, start }: PoolGiven): Pool {
  const ready = new Set<Warm>();
  let closed = false;
  let filling: Promise<void> | null = null;

  const makeOne = async (): Promise<void> => {
    const called = name();
    const spare = await folders.makeSpare(called);
    try {
      const running = await start(called, spare);
      const warm = { spare, running };
      ready.add(warm);
      void running.container.channel.ended.then(() => ready.delete(warm));
    } catch (error) {
      await folders.removeSpare(called);
      throw error;
    }
  };

  const fill = (): void => {
    if (closed || filling !== null) return;
    filling = (async () => {
      while (!closed && ready.size < size) await makeOne();
    })()
      // Without an engine there are none; whoever wants one is told.
      .catch(() => undefined)
      .finally(() => {
        filling = null;
      });
  };

  return {
    take() {
      const [warm = null] = ready;
      if (warm !== null) ready.delete(warm);
      fill();
      return warm;
    },
    async full() {
      fill();
      await filling;
    },
    async close() {
      closed = true;
      await filling;
      const left = [...ready];
      ready.clear();
      await Promise.all(left.map(({ running }) => running.end()));
    },
  };
}
