import { watch } from 'node:fs';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

/** Editors write in several steps, and some take the file away in between: two readings that are alike count. */
const calmMs = 400;
const mostReadings = 20;

interface Watched<T> {
  readonly folder: string;
  /** Reads the folder; rejects where something in it is wrong. */
  readonly read: () => Promise<T>;
  readonly apply: (found: T) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells a person what is wrong, and that it was put right. */
  readonly say: Record<'warn' | 'info', (line: string) => void>;
}

/** Applies what a folder says whenever it has changed and is calm again. What can't be read changes nothing. Gives how to end it. */
export function watchFolder<T>({ folder, read, apply, clock, log, say }: Watched<T>): () => void {
  let cancel = (): void => undefined;
  let working = false;
  let again = false;
  let ended = false;
  let failed = false;

  async function work(): Promise<void> {
    if (working) {
      again = true;
      return;
    }
    working = true;
    do {
      again = false;
      await look().then(tellMended, tellFailed);
    } while (again && !ended);
    working = false;
  }

  function tellFailed(error: unknown): void {
    failed = true;
    log.warn({ err: error }, 'A change of the agents’ folder was not taken up.');
    const problem = error instanceof Error ? error.message : String(error);
    say.warn(`All agents stay as they are until this is put right: ${problem}`);
  }

  function tellMended(): void {
    if (!failed) return;
    failed = false;
    log.info({}, 'The agents’ folder is taken up again.');
    say.info('The agents are as their files say again.');
  }

  async function look(): Promise<void> {
    let found = await reading(read);
    for (let count = 0; count < mostReadings; count += 1) {
      await new Promise<void>(resolve => void clock.after(calmMs, resolve));
      const now = await reading(read);
      const alike = JSON.stringify(now) === JSON.stringify(found);
      found = now;
      if (alike) break;
    }
    if ('problem' in found) throw found.error;
    if (!ended) await apply(found.value);
  }

  const change = (): void => {
    cancel();
    cancel = clock.after(calmMs, () => void work());
  };
  const watcher = tryWatch(folder, change, log);
  return () => {
    ended = true;
    cancel();
    watcher?.close();
  };
}

type Found<T> = { readonly value: T } | { readonly problem: string; readonly error: unknown };

async function reading<T>(read: () => Promise<T>): Promise<Found<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error), error };
  }
}

function tryWatch(folder: string, change: () => void, log: Log) {
  try {
    const watcher = watch(folder, change);
    watcher.on('error', error =>
      log.warn({ err: error }, 'The agents’ folder can’t be watched any more; a start reads it again.'),
    );
    watcher.unref();
    return watcher;
  } catch (error) {
    log.warn({ err: error }, 'The agents’ folder can’t be watched; changes count from the next start.');
    return null;
  }
}
