import type { TurnId } from '../../core/ids.ts';

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

/** The turns that a model works on right now in this process. */
export interface RunningTurns {
  begin(turn: TurnId): { readonly signal: AbortSignal; readonly end: () => void };
  /** Breaks the work off, if it is under way here. */
  interrupt(turn: TurnId, why: Interruption): void;
  interruptAll(why: Interruption): void;
}

export function runningTurns(): RunningTurns {
  const controllers = new Map<TurnId, AbortController>();
  const interrupt = (turn: TurnId, why: Interruption): void => controllers.get(turn)?.abort(new Interrupted(why));
  return {
    begin(turn) {
      const controller = new AbortController();
      controllers.set(turn, controller);
      return { signal: controller.signal, end: () => void controllers.delete(turn) };
    },
    interrupt,
    interruptAll(why) {
      for (const turn of controllers.keys()) interrupt(turn, why);
    },
  };
}
