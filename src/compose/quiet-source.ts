import { setTimeout as sleep } from 'node:timers/promises';
import { ParleyError } from '../core/errors.ts';
import { type DataFolderLock, lockDataFolder, runningPid } from '../data-folder/lock.ts';
import { watch } from '../orchestrator/crew/watch.ts';
import type { Store } from '../ports/store.ts';

const lookEveryMs = 200;
/** Parley drains for six seconds at most, and ends its homeserver then. */
const endsWithinMs = 60_000;
const allEndWithinMs = 15 * 60_000;
const mostProcesses = 1_000;

const refused = (why: string, cause?: unknown): ParleyError =>
  new ParleyError('COPY_REFUSED', `${why} Then run the same command again: it goes on where it is.`, { cause });

/** Keeps everybody out of the data folder. A Parley that runs there is asked to end, as by Ctrl-C. */
export async function endParley(folder: string, signal?: AbortSignal): Promise<DataFolderLock> {
  const pid = runningPid(folder);
  if (pid !== null) process.kill(pid, 'SIGTERM');
  for (const end = performance.now() + endsWithinMs; ; await sleep(lookEveryMs, undefined, { signal })) {
    try {
      return lockDataFolder(folder);
    } catch (error) {
      if (performance.now() < end) continue;
      throw refused(`Parley (process ${pid ?? 'unknown'}) does not end. Stop it.`, error);
    }
  }
}

export interface Waiting {
  /** Hears how many still work there, when that changes. */
  readonly onWaiting: (count: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds since some moment. */
  readonly elapsed?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Waits until no process of the installation works on this store any more. One that only seems to be dead is given up, so that it does not go on here
 * when it wakes up.
 */
export async function untilNobodyWorks(store: Pick<Store, 'collection'>, waiting: Waiting): Promise<void> {
  const { onWaiting, signal, elapsed = () => performance.now() } = waiting;
  const pause = waiting.pause ?? (ms => sleep(ms, undefined, { signal }));
  const processes = store.collection('processes');
  const others = watch(processes, elapsed);
  let told = 0;
  for (const end = elapsed() + allEndWithinMs; ; await pause(lookEveryMs)) {
    let living = 0;
    for (const { _id } of await processes.find({ limit: mostProcesses })) if (!(await others.isGone(_id))) living += 1;
    if (living === 0) return;
    if (living !== told) onWaiting(living);
    told = living;
    if (elapsed() > end) throw refused('Some processes of Parley still run. Stop them.');
  }
}
