import type { TurnId } from '../../core/ids.ts';
import type { Signals } from '../../ports/signals.ts';

export type Interruption = 'stop' | 'edited' | 'shutdown';

/** Why the work on a turn was broken off. */
export class Interrupted extends Error {
  readonly why: Interruption;
  constructor(why: Interruption) {
    super(`The work on this turn was broken off: ${why}.`);
    this.name = 'Interrupted';
    this.why = why;
  }
}

/** The turns that a model works on right now. */
export interface RunningTurns {
  begin(turn: TurnId): { readonly signal: AbortSignal; readonly end: () => void };
  /** Whether the work is under way in this process. */
  isHere(turn: TurnId): boolean;
  /** Breaks the work off, if it is under way here or in another process. */
  interrupt(turn: TurnId, why: Exclude<Interruption, 'shutdown'>): void;
  /** Breaks the work off, if it is under way in this process. */
  interruptHere(turn: TurnId, why: Interruption): void;
  /** Breaks all work of this process off. */
  interruptAll(why: Interruption): void;
}

export function runningTurns(signals: Pick<Signals, 'send'>): RunningTurns {
  const controllers = new Map<TurnId, AbortController>();
  const interruptHere = (turn: TurnId, why: Interruption): void => controllers.get(turn)?.abort(new Interrupted(why));
  return {
    begin(turn) {
      const controller = new AbortController();
      controllers.set(turn, controller);
      return { signal: controller.signal, end: () => void controllers.delete(turn) };
    },
    isHere: turn => controllers.has(turn),
    interrupt(turn, why) {
      if (controllers.has(turn)) interruptHere(turn, why);
      else signals.send({ type: 'interrupt', turn, why });
    },
    interruptHere,
    interruptAll(why) {
      for (const turn of controllers.keys()) interruptHere(turn, why);
    },
  };
}
