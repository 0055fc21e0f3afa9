import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { batches } from '../../../src/stores/sqlite/batches.ts';
import { preparedStatements } from '../../../src/stores/sqlite/statements.ts';

/** As long as a read that brings much. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('reads that take long let the network in between, also those that wait, and keep their order', async () => {
  const database = new DatabaseSync(':memory:');
  const asked = batches(database, preparedStatements(database), ':memory:');
  let turns = 0;
  let over = false;
  const tick = (): void => {
    turns += 1;
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  const done: number[] = [];
  const reads = Array.from({ length: 20 }, (_, index) =>
    asked.read(() => {
      busy(2);
      return done.push(index);
    }),
  );
  await Promise.all(reads);
  over = true;
  expect(turns).toBeGreaterThanOrEqual(4);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  asked.end();
  database.close();
});
