import type { Store } from '../../ports/store.ts';

/** What is not told yet is lost in a crash; it is nothing against what a key may seal. */
const lot = 2 ** 16;

/** Counts how often this process has sealed something, and adds it to what the key's document says, in lots. */
export function countUses(store: Store): { count(): void; report(keyId: string): Promise<void> } {
  let untold = 0;
  return {
    count() {
      untold += 1;
    },
    /** What others have added in between is not lost; where somebody else was faster it is told the next time. */
    async report(keyId) {
      if (untold < lot) return;
      const keys = store.collection('keys');
      const key = await keys.get(keyId);
      const told = untold;
      if (key !== null && (await keys.replace({ ...key, uses: key.uses + told }, 'process')) !== null) untold -= told;
    },
  };
}
