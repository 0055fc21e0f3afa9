import type { TurnId } from '../../core/ids.ts';
import type { Signals } from '../../ports/signals.ts';

/** Lets the work on one turn wait for the end of another one. */
export interface TurnEnds {
  /** Somebody waits: `tell` calls `listen` until the function given back is called. Null where too many wait already. */
  wait(turn: TurnId, listen: () => void): (() => void) | null;
  /** The turn has ended: tells whoever waits, here or in another process. */
  tell(turn: TurnId): void;
  /** Tells whoever waits in this process. */
  tellHere(turn: TurnId): void;
}

/** Who waits holds one of the places in which turns are worked on; some have to stay free for those that are waited for. */
const mostWaiting = 100;

export function turnEnds(signals: Pick<Signals, 'send'>): TurnEnds {
  const waiting = new Map<() => void, TurnId>();
  function tellHere(turn: TurnId): void {
    for (const [listen, wanted] of waiting) if (wanted === turn) listen();
  }
  return {
    wait(turn, listen) {
      if (waiting.size >= mostWaiting) return null;
      const own = (): void => listen();
      waiting.set(own, turn);
      return () => void waiting.delete(own);
    },
    tell(turn) {
      tellHere(turn);
      signals.send({ type: 'turn-ended', turn });
    },
    tellHere,
  };
}
