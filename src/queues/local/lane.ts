import { setImmediate } from 'node:timers';
import { waitingLine } from './waiting-line.ts';

/** Runs what is pushed, first come first served, a bounded number at once. */
export interface Lane<Item> {
  push(item: Item): void;
  /** From now on what is pushed is run, also what was pushed before. */
  open(work: Work<Item>): void;
  /** Starts nothing any more; resolves when nothing runs. */
  end(): Promise<void>;
}

export interface Work<Item> {
  /** 1 or more. */
  readonly concurrency: number;
  /** Must not reject. */
  readonly run: (item: Item) => Promise<void>;
}

export function makeLane<Item>(): Lane<Item> {
  const line = waitingLine<Item>();
  const idle = Promise.withResolvers<void>();
  const startSoon = onceInNextTurn(start);
  let work: Work<Item> | null = null;
  let running = 0;
  let ended = false;

  function start(): void {
    while (work !== null && !ended && running < work.concurrency) {
      const item = line.shift();
      if (item === undefined) return;
      void run(item, work);
    }
  }

  async function run(item: Item, by: Work<Item>): Promise<void> {
    running += 1;
    await by.run(item);
    running -= 1;
    if (ended && running === 0) idle.resolve();
    startSoon();
  }

  return {
    push(item) {
      line.push(item);
      startSoon();
    },
    open(given) {
      work = given;
      startSoon();
    },
    end() {
      ended = true;
      if (running === 0) idle.resolve();
      return idle.promise;
    },
  };
}

/** In the next turn of the event loop: `push` returns at once, and runs that push for each other let the network in. */
function onceInNextTurn(act: () => void): () => void {
  let scheduled = false;
  return () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      act();
    });
  };
}
