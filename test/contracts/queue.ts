import { describe } from 'vitest';
import type { OpenQueue } from './queue/bench.ts';
import { closingContract } from './queue/closing.ts';
import { failingContract } from './queue/failing.ts';
import { fairnessContract } from './queue/fairness.ts';
import { wakingContract } from './queue/waking.ts';

/** What every queue does. */
export function queueContract(name: string, open: OpenQueue): void {
  // Over the network a busy machine may need longer than a test waits.
  describe(`${name} keeps the contract of a queue`, { retry: open.realTime === true ? 2 : 0 }, () => {
    wakingContract(open);
    fairnessContract(open);
    failingContract(open);
    closingContract(open);
  });
}
