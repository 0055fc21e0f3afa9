import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/ports/store.ts';
import { openSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { startProgram, temporaryFolder } from './child.ts';

/** What is in the store after write `last` of programs/writer.ts, and nothing after it. */
function settingsAfter(last: number): Set<string> {
  const ids = new Set(['last=0']);
  for (let n = 1; n <= last; n++) {
    if (n % 5 === 0) {
      ids.delete(`last=${n - 5}`);
      ids.add(`last=${n}`);
    } else if (n % 7 === 0) {
      ids.delete(`${n - 1}`);
    } else {
      ids.add(`${n}`);
    }
  }
  return ids;
}

async function settingsIn(store: Store): Promise<Set<string>> {
  const ids = new Set<string>();
  const settings = store.collection('settings');
  let page = await settings.find({ limit: 1000 });
  while (page.length > 0) {
    for (const { _id, value } of page) ids.add(_id === 'last' ? `last=${value}` : _id);
    const after = page.at(-1);
    page = after === undefined ? [] : await settings.find({ limit: 1000, after });
  }
  return ids;
}

async function reopen(path: string): Promise<Set<string>> {
  const store = openSqliteStore({ path, clock: systemClock });
  const found = await settingsIn(store);
  await store.close();
  return found;
}

describe('A SQLite store whose process is killed', () => {
  it('has exactly what was acknowledged, killed after any write', { timeout: 60_000 }, async () => {
    const file = (after: number): string => join(folder, `${after}.db`);
    const folder = temporaryFolder();
    for (let after = 0; after <= 16; after++) {
      const { signal, lines, errors } = await startProgram('writer.ts', file(after), '1', `${after}`).ended;
      expect({ signal, errors, last: lines.at(-1) }).toEqual({ signal: 'SIGKILL', errors: '', last: `${after}` });
      expect(await reopen(file(after))).toEqual(settingsAfter(after));
    }
  });

  it('has all that was acknowledged, and nothing out of order, killed at any moment', { timeout: 60_000 }, async () => {
    const path = join(temporaryFolder(), 'parley.db');
    for (let round = 0; round < 12; round++) {
      const file = `${path}-${round}`;
      const writer = startProgram('writer.ts', file, `${1 + (round % 3) * 10}`);
      await writer.line();
      await pause(Math.random() * 150);
      writer.kill();
      const { signal, lines } = await writer.ended;
      expect(signal).toBe('SIGKILL');

      const found = await reopen(file);
      const acknowledged = Math.max(...lines.map(Number));
      const candidates = Array.from({ length: 40 }, (_, more) => settingsAfter(acknowledged + more));
      expect(candidates).toContainEqual(found);
    }
  });

  it('goes on in the file that was left', { timeout: 60_000 }, async () => {
    const path = join(temporaryFolder(), 'parley.db');
    await startProgram('writer.ts', path, '10', '200').ended;
    const store = openSqliteStore({ path, clock: systemClock });
    expect(await store.collection('settings').insert([{ _id: 'new', value: '' }])).toEqual(['inserted']);
    await store.close();
    expect(await reopen(path)).toContain('new');
  });
});
