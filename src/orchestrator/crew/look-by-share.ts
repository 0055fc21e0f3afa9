import type { ProcessId } from '../../core/ids.ts';
import { shareOf } from '../../core/share.ts';
import { wakeUnheard } from '../floor/wake-unheard.ts';
import type { Installation } from '../installation.ts';
import { unfinishedTurns, wakeBesides, wakeLately, wakeTurn } from '../sweep.ts';

const mostProcesses = 1_000;
/** Longer than clocks of two machines should differ, and than a look and its pause take. */
const unheardMs = 20_000;
/** Every so many looks all that a sweep finds is looked for: what is lost is seldom in these places. */
const sweepEvery = 15;

/**
 * Looks into the store for what is to be done, for while wake-ups can't cross processes: each worker that lives has a share of it.
 * `first`, and when there are others than before, it looks everywhere, as nobody knows what was lost; else only for what comes up all the
 * time. The shares are there to save work: where two processes divide differently for a moment, claims and compare-and-sets decide.
 */
export function lookByShare(parley: Installation): (first: boolean) => Promise<void> {
  let team = '';
  let count = 0;
  return async first => {
    const workers = await livingWorkers(parley);
    const isMine = (key: string): boolean => shareOf(workers, key) === parley.crew.self;
    const mine = onlyFor(parley, isMine);
    await lookAtTurns(parley, workers);
    await wakeUnheard(mine, unheardMs);
    const now = workers.toSorted().join('\n');
    count += 1;
    if (first || now !== team) await wakeLately(mine);
    else if (count % sweepEvery === 0) await wakeBesides(mine);
    team = now;
  };
}

/**
 * Wakes the turns that are ours: whoever works on a turn looks after it, as long as it lives. What somebody stopped in another process is
 * broken off here, as no signal told of it.
 */
async function lookAtTurns(parley: Installation, workers: readonly ProcessId[]): Promise<void> {
  const { crew, running } = parley;
  for (const turn of await unfinishedTurns(parley)) {
    const { _id, claimedBy, stop, chat } = turn;
    if (stop !== null) running.interruptHere(_id, 'stop');
    if (running.isHere(_id)) continue;
    const isClaimed = claimedBy !== undefined && workers.includes(claimedBy);
    if (crew.self === (isClaimed ? claimedBy : shareOf(workers, chat))) wakeTurn(parley, turn);
  }
}

/** Where only what is ours is woken. */
function onlyFor(parley: Installation, isMine: (key: string) => boolean): Installation {
  const { queue } = parley;
  const wake: typeof queue.wake = (topic, key) => (isMine(key) ? queue.wake(topic, key) : undefined);
  return { ...parley, queue: { ...queue, wake } };
}

/** The processes that work on rooms; this one is always among them. */
async function livingWorkers({ store, crew }: Installation): Promise<ProcessId[]> {
  if (!crew.shared) return [crew.self];
  const all = await store.collection('processes').find({ limit: mostProcesses });
  const others = all.filter(({ _id, role, state }) => _id !== crew.self && role !== 'bridge' && state === 'here');
  const gone = await Promise.all(others.map(({ _id }) => crew.isGone(_id)));
  return [crew.self, ...others.flatMap(({ _id }, index) => (gone[index] ? [] : [_id]))];
}
