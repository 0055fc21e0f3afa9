import { ParleyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { storeBusy } from '../../ports/store-busy.ts';

/** Many more than a process has under way; the bound is there for a server that stalls while much comes in. */
const mostUnderWay = 10_000;

/**
 * The driver's own limits, for two tries, end before. What takes longer waits for a connection that will never say anything: a socket that had
 * ended, and had not said so, when the call was written to it (so does mongodb 7.8).
 */
const mostMs = 45_000;

/** What is under way for one document. */
interface Line {
  /** Settles when all that changes it is done. */
  readonly changed: Promise<unknown> | undefined;
  /** Settles when everything is done. */
  readonly done: Promise<unknown>;
}

export interface InOrder {
  /** Runs `work` behind all changes of these documents that were asked for before. */
  read<T>(ids: readonly string[], work: () => Promise<T>): Promise<T>;
  /** Runs `work` behind all that was asked of these documents before. */
  change<T>(ids: readonly string[], work: () => Promise<T>): Promise<T>;
  /** Runs `work`, whatever else is under way. */
  anyTime<T>(work: () => Promise<T>): Promise<T>;
  /** Takes nothing more, and waits for what is under way. */
  end(): Promise<void>;
}

/**
 * A pool has many connections, so calls would overtake each other. Those for one document wait for each other here; all others go
 * side by side.
 */
export function inOrder(clock: Pick<Clock, 'after'>): InOrder {
  const lines = new Map<string, Line>();
  const underWay = new Set<Promise<unknown>>();
  let ended = false;

  function track<T>(work: () => Promise<T>, before: readonly Promise<unknown>[]): Promise<T> {
    if (ended)
      return Promise.reject(
        new ParleyError('STORE_FAILED', 'The store is closed, as Parley ends. Start Parley again.'),
      );
    if (underWay.size >= mostUnderWay) return Promise.reject(storeBusy(mostUnderWay));
    const result = before.length === 0 ? inTime(work, clock) : Promise.all(before).then(() => inTime(work, clock));
    const settled = result.then(ignore, ignore);
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return result;
  }

  function hold(ids: readonly string[], line: Line): void {
    for (const id of ids) lines.set(id, line);
    void line.done.then(() => {
      for (const id of ids) if (lines.get(id) === line) lines.delete(id);
    });
  }

  return {
    read(ids, work) {
      const result = track(work, ids.map(id => lines.get(id)?.changed).filter(isThere));
      const settled = result.then(ignore, ignore);
      for (const id of ids) {
        const line = lines.get(id);
        hold([id], { changed: line?.changed, done: line === undefined ? settled : Promise.all([line.done, settled]) });
      }
      return result;
    },
    change(ids, work) {
      const result = track(work, ids.map(id => lines.get(id)?.done).filter(isThere));
      const settled = result.then(ignore, ignore);
      hold(ids, { changed: settled, done: settled });
      return result;
    },
    anyTime: work => track(work, []),
    async end() {
      ended = true;
      await Promise.all(underWay);
    },
  };
}

async function inTime<T>(work: () => Promise<T>, clock: Pick<Clock, 'after'>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(mostMs, () => late.reject(lateAnswer()));
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    cancel();
  }
}

const lateAnswer = (): ParleyError =>
  new ParleyError(
    'STORE_FAILED',
    'The store did not say what became of a call. Parley tries again; look whether the server runs.',
    {
      retry: true,
    },
  );

const ignore = (): void => undefined;
const isThere = <T>(value: T | undefined): value is T => value !== undefined;
