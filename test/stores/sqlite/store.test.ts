import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { storeContract } from '../../contracts/store.ts';

storeContract('The SQLite store', async clock => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
  const path = join(folder, 'parley.db');
  const store = openSqliteStore({ path, clock });
  return {
    store,
    async reopen() {
      await store.close();
      return openSqliteStore({ path, clock });
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
