import type { Clock } from '../../ports/clock.ts';
import type { Signal } from '../../ports/signals.ts';
import type { Installation } from '../installation.ts';
import { makeAsks } from './asks.ts';

/** Looks for what a chat network never delivered. Of several processes one does it for all that ask: the caretaker. */
export interface Looks {
  /** How many looks have begun, as far as this process has heard. */
  begun(): number;
  /** Resolves when a look that begins after this is done, with what it found. */
  ask(): Promise<number>;
  /** Looks here and now, though others may do so too: for what they can't know of. */
  lookHere(): Promise<number>;
  /** This process does it for all from now on. */
  serve(): void;
  stop(): void;
}

type Parts = Pick<Installation, 'crew' | 'signals' | 'clock'>;

/** Those who saw the same outage ask within this time, and share a look. */
const togetherMs = 300;
const againMs = 2_000;
/** So often nothing was heard of a look that was asked for: there is no caretaker just now, or no Redis. */
const silentTimes = 3;

/** `look` finds what is missing, and never rejects. */
export function openLooks({ crew, signals, clock }: Parts, look: () => Promise<number>): Looks {
  const asks = makeAsks(crew.self);
  let serving = !crew.shared;
  let soon = false;
  let looking = false;
  let stopped = false;
  let begun = 0;
  let lastHeard = '';

  async function lookFor(ids: readonly string[]): Promise<void> {
    begun += 1;
    asks.begun(ids);
    const told = { look: `${crew.self}#${begun}`, asks: [...ids] };
    const found = await telling(clock, () => signals.send({ type: 'looking', ...told }), look);
    // Whoever was given up may have stored nothing.
    if (stopped || !crew.holds()) return;
    signals.send({ type: 'looked', ...told, found });
    asks.done(ids, found);
  }

  async function lookForAll(): Promise<void> {
    if (looking) return;
    looking = true;
    for (let ids = asks.open(); ids.length > 0 && !stopped && crew.holds(); ids = asks.open()) await lookFor(ids);
    looking = false;
  }

  function lookSoon(): void {
    if (!crew.shared) return void lookForAll();
    if (soon || looking) return;
    soon = true;
    clock.after(togetherMs, () => {
      soon = false;
      void lookForAll();
    });
  }

  /** Until somebody has looked: a signal may be lost, and who looks may die. */
  function insist(id: string): void {
    if (!crew.shared || stopped) return;
    signals.send({ type: 'look', ask: id });
    clock.after(againMs, () => {
      const silence = asks.silence(id);
      if (silence === null) return;
      if (silence >= silentTimes && !looking) {
        asks.reopen(id);
        lookSoon();
      }
      insist(id);
    });
  }

  signals.listen((signal: Signal) => {
    if (signal.type === 'look' && asks.hear(signal.ask) && serving) lookSoon();
    if (signal.type === 'looked') asks.done(signal.asks, signal.found);
    if (signal.type !== 'looking') return;
    if (signal.look !== lastHeard) begun += 1;
    lastHeard = signal.look;
    asks.begun(signal.asks);
  });

  return {
    begun: () => begun,
    ask() {
      const { id, found } = asks.make();
      insist(id);
      if (serving) lookSoon();
      return found;
    },
    lookHere() {
      begun += 1;
      return look();
    },
    serve() {
      serving = true;
      if (asks.open().length > 0) lookSoon();
    },
    stop() {
      stopped = true;
    },
  };
}

/** Tells at once that the work goes on, and again as long as it does. */
async function telling<T>(clock: Pick<Clock, 'after'>, tell: () => void, work: () => Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const again = (): void => {
    tell();
    cancel = clock.after(againMs, again);
  };
  again();
  try {
    return await work();
  } finally {
    cancel();
  }
}
