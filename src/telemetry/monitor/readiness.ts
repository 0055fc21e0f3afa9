import type { Clock } from '../../ports/clock.ts';

/** A part that Parley needs, and how to find out whether it is there. */
export interface Part {
  /** One of a few: it is a label of a metric. */
  readonly name: string;
  /** A sentence where it is as it should be; rejects with what is wrong. Takes no longer than the readiness waits. */
  readonly check: () => Promise<string>;
  /** False where nothing is lost without it, and no other process would do better. Left out: it is needed. */
  readonly needed?: false;
}

export interface PartState {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export type Phase = 'starting' | 'running' | 'stopping';

export interface Readiness {
  readonly ready: boolean;
  readonly phase: Phase;
  readonly parts: readonly PartState[];
}

export interface ReadinessCheck {
  /** What is so now, or was less than a second ago. Never rejects. */
  check(): Promise<Readiness>;
  /** Adds parts; the start is over. */
  began(parts: readonly Part[]): void;
  /** From now on nothing new is begun. */
  stopping(): void;
}

const validMs = 1_000;
const patienceMs = 2_000;

/** Asks all parts at once, each for a bounded time, and at most once a second, however often it is asked itself. */
export function readiness(clock: Clock): ReadinessCheck {
  let parts: readonly Part[] = [];
  let phase: Phase = 'starting';
  let asking: Promise<readonly PartState[]> | null = null;
  let asked: { readonly at: number; readonly states: readonly PartState[] } | null = null;

  const look = async (): Promise<readonly PartState[]> => {
    const states = await Promise.all(parts.map(part => stateOf(part, clock)));
    asked = { at: clock.now(), states };
    return states;
  };
  const states = (): Promise<readonly PartState[]> => {
    if (asked !== null && clock.now() - asked.at < validMs) return Promise.resolve(asked.states);
    asking ??= look().finally(() => (asking = null));
    return asking;
  };
  return {
    async check() {
      const found = await states();
      const fine = found.every(({ ok }, index) => ok || parts[index]?.needed === false);
      return { ready: phase === 'running' && fine, phase, parts: found };
    },
    began(given) {
      parts = given;
      phase = 'running';
      asked = null;
    },
    stopping() {
      phase = 'stopping';
    },
  };
}

async function stateOf({ name, check }: Part, clock: Clock): Promise<PartState> {
  const late = Promise.withResolvers<string>();
  const cancel = clock.after(patienceMs, () => late.reject(new Error(`no answer within ${patienceMs / 1000} s`)));
  try {
    return { name, ok: true, detail: await Promise.race([check(), late.promise]) };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    cancel();
  }
}
