import type { TurnId } from '../../core/ids.ts';

/** Lets the work on one turn wait for the end of another one. */
export interface TurnEnds {
  /** Somebody waits: `tell` calls `listen` until the function given back is called. Null where too many wait already. */
  wait(turn: TurnId, listen: () => void): (() => void) | null;
  /** The turn has ended. */
  tell(turn: TurnId): void;
}

/** Who waits holds one of the places in which turns are worked on; some have to stay free for those that are waited for. */
const mostWaiting = 100;

export function turnEnds(): TurnEnds {
  const waiting = new Map<() => void, TurnId>();
  return {
    wait(turn, listen) {
      if (waiting.size >= mostWaiting) return null;
      const own = (): void => listen();
      waiting.set(own, turn);
      return () => void waiting.delete(own);
    },
    tell(turn) {
      for (const [listen, wanted] of waiting) if (wanted === turn) listen();
    },
  };
}
