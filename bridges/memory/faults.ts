import { ParleyError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';

export type Faulty =
  | 'send'
  | 'edit'
  | 'redact'
  | 'react'
  | 'join'
  | 'leave'
  | 'invite'
  | 'closeAccount'
  | 'state'
  | 'history'
  | 'ensureAgent'
  | 'power'
  | 'changePower';

interface Fault {
  readonly calls: readonly Faulty[];
  /** `before`: nothing happened. `after`: it happened, but the answer is lost. */
  readonly when: 'before' | 'after';
  readonly error: () => Error;
  left: number;
}

/** What goes wrong on the way to the memory network. */
export interface Faults {
  /** The next `times` calls (of one kind, or of any of those given) fail. */
  failNext(calls: Faulty | readonly Faulty[], times: number, when: 'before' | 'after', error?: () => Error): void;
  /** Every call of these kinds takes this long, until told otherwise. */
  delay(calls: Faulty | readonly Faulty[], ms: number): void;
  /** Back to a network without faults. */
  clear(): void;
  /** Does `work` as a call of this kind, with the faults that are due. */
  around<T>(call: Faulty, work: () => T): Promise<T>;
}

const lost = () =>
  new ParleyError('BRIDGE_REQUEST_FAILED', 'The memory network was told to fail here. Try again.', { retry: true });

export function makeFaults(clock: Clock): Faults {
  const faults: Fault[] = [];
  const delays = new Map<Faulty, number>();
  const list = (calls: Faulty | readonly Faulty[]) => (typeof calls === 'string' ? [calls] : calls);

  function take(call: Faulty, when: Fault['when']): void {
    const fault = faults.find(other => other.left > 0 && other.when === when && other.calls.includes(call));
    if (fault === undefined) return;
    fault.left -= 1;
    throw fault.error();
  }

  return {
    failNext: (calls, times, when, error = lost) => {
      faults.push({ calls: list(calls), when, error, left: times });
    },
    delay: (calls, ms) => {
      for (const call of list(calls)) delays.set(call, ms);
    },
    clear: () => {
      faults.length = 0;
      delays.clear();
    },
    async around(call, work) {
      const ms = delays.get(call) ?? 0;
      if (ms > 0) await new Promise<void>(resolve => clock.after(ms, resolve));
      take(call, 'before');
      const result = work();
      take(call, 'after');
      return result;
    },
  };
}
