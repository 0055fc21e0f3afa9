import type { Clock } from '../ports/clock.ts';

/** Whether Redis answers, by what those say who ask it anyway. */
export interface Presence {
  /** Whoever asks Redis says whether it got an answer; each by its own name. */
  heard(who: string, answered: boolean): void;
  /** Somebody has got no answer for seconds, and nobody may count on it. */
  isAway(): boolean;
  /** Calls when that changes. */
  onChange(hear: (away: boolean) => void): void;
  /** Nothing changes any more. */
  stop(): void;
}

/** A server that is restarted is back before. */
const patienceMs = 2_000;

/** Redis is away where one of those who ask had no answer for two seconds, and back when each of them has one. */
export function watchPresence(clock: Pick<Clock, 'after'>): Presence {
  const silent = new Set<string>();
  const hearers: ((away: boolean) => void)[] = [];
  let away = false;
  let stopped = false;
  let cancel: (() => void) | null = null;

  function become(now: boolean): void {
    away = now;
    for (const hear of hearers) hear(now);
  }

  function lose(who: string): void {
    silent.add(who);
    if (!away) cancel ??= clock.after(patienceMs, () => become(true));
  }

  function find(who: string): void {
    if (!silent.delete(who) || silent.size > 0) return;
    cancel?.();
    cancel = null;
    if (away) become(false);
  }

  return {
    heard(who, answered) {
      if (stopped) return;
      if (answered) find(who);
      else lose(who);
    },
    isAway: () => away,
    onChange: hear => void hearers.push(hear),
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
