import { setTimeout as sleep } from 'node:timers/promises';
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

/** Waits until no process of the installation works on this store any more. `onWaiting` hears how many do, when that changes. */
export async function untilNobodyWorks(
  store: Store,
  { onWaiting, signal }: { readonly onWaiting: (count: number) => void; readonly signal?: AbortSignal },
): Promise<void> {
  const seen = new Map<string, { readonly version: number; readonly since: number }>();
  let told = 0;
  for (const end = performance.now() + allEndWithinMs; ; await sleep(lookEveryMs, undefined, { signal })) {
    const here = (await store.collection('processes').find({ limit: mostProcesses })).filter(isHere);
    for (const { _id, version } of here)
      if (seen.get(_id)?.version !== version) seen.set(_id, { version, since: performance.now() });
    const living = here.filter(({ _id }) => performance.now() - (seen.get(_id)?.since ?? 0) < silentMs);
    if (living.length === 0) return;
    if (living.length !== told) onWaiting(living.length);
    told = living.length;
    if (performance.now() > end) throw refused('Some processes of Parley still run. Stop them.');
  }
}

const isHere = ({ state }: { readonly state: string }): boolean => state === 'here';
