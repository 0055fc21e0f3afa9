import { describe } from 'vitest';
import { findingContract } from './store/finding.ts';
import type { OpenForTest } from './store/fixtures.ts';
import { modelContract } from './store/model.ts';
import { nonsenseContract } from './store/nonsense.ts';
import { reopeningContract } from './store/reopening.ts';
import { valuesContract } from './store/values.ts';
import { writingContract } from './store/writing.ts';

/** What every store does, whatever it keeps its documents in. `open` makes an empty one; `histories` are made up for it. */
export function storeContract(name: string, open: OpenForTest, histories = 150): void {
  describe(`${name} keeps the contract of a store`, () => {
    writingContract(open);
    valuesContract(open);
    findingContract(open);
    nonsenseContract(open);
    modelContract(open, histories);
    reopeningContract(open);
  });
}
