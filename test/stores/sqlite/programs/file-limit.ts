import { equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { isParleyError } from '../../../../src/core/errors.ts';
import { openSqliteStore } from '../../../../src/stores/sqlite/store.ts';
import { systemClock } from '../../../../src/system-clock.ts';

/** Writes until the file may not grow any more (`ulimit -f`), lifts the limit, and writes on. Ends with 0 if all is well. */
const [path = ''] = process.argv.slice(2);
let store = openSqliteStore({ path, clock: systemClock });
const write = (at: number): Promise<string> =>
  store
    .collection('settings')
    .insert([{ _id: `${at}`, value: 'x'.repeat(20_000) }])
    .then(String, error => (isParleyError(error) ? `${error.code} ${error.retry}: ${error.message}` : String(error)));

let written = 0;
let answer = await write(written);
while (answer === 'inserted') answer = await write(++written);
match(answer, /^STORE_FAILED true: .*quota/);
equal((await store.collection('settings').find({ limit: 1000 })).length, written);

equal(spawnSync('prlimit', ['--pid', `${process.pid}`, '--fsize=unlimited']).status, 0);
match(await write(written), /inserted|exists/);
await store.close();
store = openSqliteStore({ path, clock: systemClock });
equal((await store.collection('settings').find({ limit: 1000 })).length, written + 1);
await store.close();
