import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessRecord } from '../core/crew.ts';
import { ParleyError } from '../core/errors.ts';
import { type DataFolderLock, lockDataFolder, runningPid } from '../data-folder/lock.ts';
import type { Store } from '../ports/store.ts';

const lookEveryMs = 200;
/** Parley drains for six seconds at most, and ends its homeserver then. */
const endsWithinMs = 60_000;
/** Whoever lives says so every two seconds. */
const silentMs = 12_000;
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
  const seen = new Map<string, { readonly version: number; readonly since: number }>();
  let told = 0;
  for (const end = elapsed() + allEndWithinMs; ; await pause(lookEveryMs)) {
    const here = (await processes.find({ limit: mostProcesses })).filter(isHere);
    for (const { _id, version } of here)
      if (seen.get(_id)?.version !== version) seen.set(_id, { version, since: elapsed() });
    const isSilent = ({ _id }: ProcessRecord): boolean => elapsed() - (seen.get(_id)?.since ?? 0) >= silentMs;
    for (const silent of here.filter(isSilent)) await processes.replace({ ...silent, state: 'gone' });
    if (here.length === 0) return;
    const living = here.filter(one => !isSilent(one));
    if (living.length !== told && living.length > 0) onWaiting(living.length);
    told = living.length;
    if (elapsed() > end) throw refused('Some processes of Parley still run. Stop them.');
  }
}

const isHere = ({ state }: ProcessRecord): boolean => state === 'here';
