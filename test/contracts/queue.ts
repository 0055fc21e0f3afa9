import { describe } from 'vitest';
import type { OpenQueue } from './queue/bench.ts';
import { closingContract } from './queue/closing.ts';
import { failingContract } from './queue/failing.ts';
import { fairnessContract } from './queue/fairness.ts';
import { wakingContract } from './queue/waking.ts';

/** What every queue does. */
export function queueContract(name: string, open: OpenQueue): void {
  describe(`${name} keeps the contract of a queue`, () => {
    wakingContract(open);
    fairnessContract(open);
    failingContract(open);
    closingContract(open);
  });
}
