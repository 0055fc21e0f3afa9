import { describe } from 'vitest';
import type { OpenBus } from './bus/bench.ts';
import { closingContract } from './bus/closing.ts';
import { failingContract } from './bus/failing.ts';
import { hearingContract } from './bus/hearing.ts';

/** What every bus does, in one process or between several. `open` makes one on which nothing was published. */
export function busContract(name: string, open: OpenBus): void {
  describe(`${name} keeps the contract of a bus`, () => {
    hearingContract(open);
    failingContract(open);
    closingContract(open);
  });
}
