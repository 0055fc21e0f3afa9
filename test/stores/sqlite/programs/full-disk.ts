import { deepEqual, equal, match } from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storePart } from '../../../../src/compose/monitored-parts.ts';
import { isParleyError } from '../../../../src/core/errors.ts';
import { openSqliteStore } from '../../../../src/stores/sqlite/store.ts';
import { systemClock } from '../../../../src/system-clock.ts';

/** Fills the small disk that `full-disk.ts <folder>` names, and checks what the store makes of it. Ends with 0 if all is well. */
const [folder = ''] = process.argv.slice(2);
const ballast = join(folder, 'ballast');
const path = join(folder, 'parley.db');
const open = () => openSqliteStore({ path, clock: systemClock });
const codeOf = (error: unknown): string => (isParleyError(error) ? `${error.code} ${error.retry}` : String(error));

writeFileSync(ballast, Buffer.alloc(1_000_000));
let store = open();
let settings = store.collection('settings');
const insert = (id: string, size: number): Promise<string> =>
  settings.insert([{ _id: id, value: 'x'.repeat(size) }]).then(String, codeOf);

// One by one until nothing fits any more: what was acknowledged is there, what was refused is not.
const written: string[] = [];
let answer = await insert('0', 20_000);
while (answer === 'inserted') {
  written.push(`${written.length}`);
  answer = await insert(`${written.length}`, 20_000);
}
equal(answer, 'STORE_FULL true');
const refused = `${written.length}`;
equal(await settings.get(refused), null);
deepEqual((await settings.find({ limit: 1000 })).map(({ _id }) => _id).sort(), written.toSorted());

// Asked again it is refused again, and so is all that is asked at the same time; reading goes on.
const answers = await Promise.all([insert(refused, 200_000), settings.get('0'), insert('other', 200_000)]);
deepEqual([answers[0], answers[1]?._id, answers[2]], ['STORE_FULL true', '0', 'STORE_FULL true']);

// Filled to the last byte, it still answers; whoever asks whether Parley is ready is told that it is not.
for (let n = 0; (await insert(`small ${n}`, 100)) === 'inserted'; n += 1) written.push(`small ${n}`);
const ready = (): Promise<string> => storePart(store, systemClock).check().catch(codeOf);
equal(await ready(), 'STORE_FULL true');

// With some room again, what fits is written, though something that does not fit is asked at the same time.
writeFileSync(ballast, Buffer.alloc(800_000));
deepEqual(await Promise.all([insert('before', 100), insert('too large', 5_000_000), insert('after', 100)]), [
  'inserted',
  'STORE_FULL true',
  'inserted',
]);

// With room for all, the same call goes through, and everything is there after a restart.
rmSync(ballast);
equal(await insert(refused, 20_000), 'inserted');
await store.close();
store = open();
settings = store.collection('settings');
equal(await ready(), 'answers, and keeps what is written');
await settings.delete('last-checked');
const ids = (await settings.find({ limit: 1000 })).map(({ _id }) => _id);
deepEqual(ids.sort(), [...written, refused, 'before', 'after'].sort());

// A disk that is full before the store is made.
await store.close();
for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
try {
  writeFileSync(ballast, Buffer.alloc(10_000_000));
} catch (error) {
  match(String(error), /ENOSPC/);
}
try {
  await open().collection('settings').find({ limit: 1 });
  throw new Error('It could be opened.');
} catch (error) {
  match(codeOf(error), /^STORE_(FULL|FAILED)/);
}
