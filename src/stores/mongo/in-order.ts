import { ParleyError } from '../../core/errors.ts';
import { storeBusy } from '../../ports/store-busy.ts';

/** Many more than a process has under way; the bound is there for a server that stalls while much comes in. */
const mostUnderWay = 10_000;

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
export function inOrder(): InOrder {
  const lines = new Map<string, Line>();
  const underWay = new Set<Promise<unknown>>();
  let ended = false;

  function track<T>(work: () => Promise<T>, before: readonly Promise<unknown>[]): Promise<T> {
    if (ended)
      return Promise.reject(
        new ParleyError('STORE_FAILED', 'The store is closed, as Parley ends. Start Parley again.'),
      );
    if (underWay.size >= mostUnderWay) return Promise.reject(storeBusy(mostUnderWay));
    const result = before.length === 0 ? work() : Promise.all(before).then(work);
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

const ignore = (): void => undefined;
const isThere = <T>(value: T | undefined): value is T => value !== undefined;
