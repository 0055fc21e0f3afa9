import { describe } from 'vitest';
import { filesContract } from './sandbox/files.ts';
import type { OpenSandbox } from './sandbox/fixtures.ts';
import { keepingContract } from './sandbox/keeping.ts';
import { runningContract } from './sandbox/running.ts';

/** What every sandbox does, wherever its commands run. `open` makes an empty one. */
export function sandboxContract(name: string, open: OpenSandbox): void {
  describe(`${name} keeps the contract of a sandbox`, () => {
    runningContract(open);
    filesContract(open);
    keepingContract(open);
  });
}
