import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../../../src/stores/sqlite/store.ts';
import { systemClock } from '../../../../src/system-clock.ts';

/**
 * Writes without end, or kills itself right after an acknowledged write: `writer.ts <file> <beside each other> [<kill after>]`.
 * Write n inserts the setting n; every fifth changes the setting `last` instead, every seventh also deletes an older one, so that
 * what is there tells how far it came; every second need only outlive the process. Says `n` when write n is acknowledged.
 */
const [path = '', beside = '1', killAfter = 'never'] = process.argv.slice(2);
const settings = openSqliteStore({ path, clock: systemClock }).collection('settings');
const padding = 'x'.repeat(2000);

async function write(n: number): Promise<void> {
  const outlives = n % 2 === 0 ? 'process' : 'machine';
  if (n % 5 === 0) {
    const stamp = { createdAt: 0, updatedAt: 0, tenant: 'default' };
    await settings.replace({ _id: 'last', value: `${n}`, version: n / 5, ...stamp }, outlives);
  } else if (n % 7 === 0) {
    await settings.delete(`${n - 1}`);
  } else {
    await settings.insert([{ _id: `${n}`, value: padding }], outlives);
  }
}

async function acknowledge(n: number): Promise<void> {
  await write(n);
  writeSync(1, `${n}\n`);
  if (killAfter === `${n}`) process.kill(process.pid, 'SIGKILL');
}

let next = 0;
async function writeOn(): Promise<never> {
  for (;;) await acknowledge(++next);
}

await settings.insert([{ _id: 'last', value: '0' }]);
writeSync(1, '0\n');
if (killAfter === '0') process.kill(process.pid, 'SIGKILL');
for (let writers = Number(beside); writers > 0; writers--) void writeOn();
