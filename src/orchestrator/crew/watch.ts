import type { ProcessRecord } from '../../core/crew.ts';
import type { ProcessId } from '../../core/ids.ts';
import type { Collection } from '../../ports/store.ts';

/** How long a process may be silent before the others go on without it, in milliseconds. */
export const silenceMs = 8_000;

export interface Watch {
  /** Whether a process is gone. One that has been silent for too long is given up right here. */
  isGone(process: ProcessId): Promise<boolean>;
}

/**
 * Watches other processes. Their clocks are of no account: what counts is for how long this process has seen the same version, by a clock of
 * its own that nobody sets. To give up is a compare-and-set on that version, so it is refused where the silent one has spoken meanwhile.
 */
export function watch(processes: Collection<ProcessRecord>, elapsed: () => number): Watch {
  /** After a process died all that it was at is looked at together: one question is enough, and signs of life do not wait behind it. */
  const looks = new Map<ProcessId, Promise<boolean>>();
  const seen = new Map<ProcessId, { readonly version: number; readonly since: number }>();

  async function look(process: ProcessId): Promise<boolean> {
    const record = await processes.get(process);
    if (record === null || record.state === 'gone') {
      seen.delete(process);
      return true;
    }
    const known = seen.get(process);
    if (known === undefined || known.version !== record.version) {
      seen.set(process, { version: record.version, since: elapsed() });
      return false;
    }
    if (elapsed() - known.since < silenceMs) return false;
    return (await processes.replace({ ...record, state: 'gone' })) !== null;
  }

  return {
    isGone(process) {
      const underWay = looks.get(process);
      if (underWay !== undefined) return underWay;
      const begun = look(process).finally(() => looks.delete(process));
      looks.set(process, begun);
      return begun;
    },
  };
}
