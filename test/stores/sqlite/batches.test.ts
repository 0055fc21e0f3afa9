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
  const asked = batches({ database, statement: preparedStatements(database), path: ':memory:' });
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

/** Counts the transactions in which writes were done. */
async function transactionsOf(writes: readonly { readonly size: number; readonly ms?: number }[]) {
  const database = new DatabaseSync(':memory:');
  const statement = preparedStatements(database);
  let begun = 0;
  const counting: typeof statement = text => {
    if (text === 'BEGIN IMMEDIATE') begun += 1;
    return statement(text);
  };
  const asked = batches({ database, statement: counting, path: ':memory:' });
  const done: number[] = [];
  const write = ({ size, ms = 0 }: (typeof writes)[number], index: number) =>
    asked.write(
      () => {
        busy(ms);
        return done.push(index);
      },
      { size },
    );
  const all = writes.map(write);
  await Promise.all(all);
  asked.end();
  database.close();
  expect(done).toEqual(writes.map((_, index) => index));
  return begun;
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

it('writes of one turn of the event loop are one transaction, up to a number', async () => {
  expect(await transactionsOf(times(400, { size: 100 }))).toBeLessThan(10);
  expect(await transactionsOf(times(1_200, { size: 100 }))).toBeGreaterThanOrEqual(3);
});

it('a transaction takes so much text, but at least one document', async () => {
  expect(await transactionsOf(times(10, { size: 1_000_000 }))).toBeGreaterThanOrEqual(3);
  expect(await transactionsOf(times(3, { size: 9_000_000 }))).toBe(3);
});

it('a transaction ends in time, and what is left comes with the next one', async () => {
  expect(await transactionsOf(times(6, { size: 0, ms: 11 }))).toBeGreaterThanOrEqual(3);
});

it('all that waits is written at the end, over as many transactions as it takes', async () => {
  const database = new DatabaseSync(':memory:');
  const asked = batches({ database, statement: preparedStatements(database), path: ':memory:' });
  const written: number[] = [];
  const writes = times(5, { size: 3_000_000 }).map((how, at) => asked.write(() => written.push(at), how));
  asked.end();
  expect(written).toEqual([0, 1, 2, 3, 4]);
  await Promise.all(writes);
  database.close();
});

it('refuses what is more than may wait, to be asked again, and takes it when there is room', async () => {
  const database = new DatabaseSync(':memory:');
  const statement = preparedStatements(database);
  const most = { operations: 3, characters: 100 };
  const asked = batches({ database, statement, path: ':memory:', most });
  const write = (size: number) => asked.write(() => size, { size });
  const busy = { code: 'STORE_FAILED', retry: true };
  // One that is large goes through where nothing waits.
  const large = write(200);
  await expect(write(1)).rejects.toMatchObject(busy);
  await large;
  const three = [write(1), asked.read(() => 2), write(3)];
  await expect(write(4)).rejects.toMatchObject(busy);
  await expect(asked.read(() => 4)).rejects.toMatchObject(busy);
  expect(await Promise.all(three)).toEqual([1, 2, 3]);
  expect(await write(4)).toBe(4);
  asked.end();
  database.close();
});
