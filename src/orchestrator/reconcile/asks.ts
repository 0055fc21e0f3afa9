import type { ProcessId } from '../../core/ids.ts';
import { recent } from '../../core/recent.ts';

/** Who has asked for a look, as one process knows it: its own asks, and those of others. */
export interface Asks {
  /** Asks anew. Resolves with what was found when a look for it is done. */
  make(): { readonly id: string; readonly found: Promise<number> };
  /** Another process asks. False where that is known already, or are too many. */
  hear(id: string): boolean;
  /** What nobody looks for yet. */
  open(): string[];
  /** Nobody looks for this one any more. */
  reopen(id: string): void;
  begun(ids: readonly string[]): void;
  done(ids: readonly string[], found: number): void;
  /** How often this was called for an own ask without a word of a look for it; null where one is done. */
  silence(id: string): number | null;
}

interface Own {
  readonly answer: PromiseWithResolvers<number>;
  silent: number;
}

const most = 500;

export function makeAsks(self: ProcessId): Asks {
  const own = new Map<string, Own>();
  const open = new Set<string>();
  /** What somebody looks for, or has looked for: it may be repeated meanwhile. */
  const known = recent<string, true>(2 * most);
  let made = 0;

  return {
    make() {
      made += 1;
      const id = `${self}/${made}`;
      const answer = Promise.withResolvers<number>();
      own.set(id, { answer, silent: 0 });
      open.add(id);
      return { id, found: answer.promise };
    },
    hear(id) {
      if (known.get(id) !== undefined || open.has(id) || open.size >= most) return false;
      open.add(id);
      return true;
    },
    open: () => [...open].slice(0, most),
    reopen: id => void open.add(id),
    begun(ids) {
      for (const id of ids) {
        open.delete(id);
        known.set(id, true);
        const one = own.get(id);
        if (one !== undefined) one.silent = 0;
      }
    },
    done(ids, found) {
      for (const id of ids) {
        own.get(id)?.answer.resolve(found);
        own.delete(id);
      }
    },
    silence(id) {
      const one = own.get(id);
      if (one === undefined) return null;
      one.silent += 1;
      return one.silent;
    },
  };
}
