import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../../../src/ports/store.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { openMongoStore } from '../../../../src/stores/mongo/store.ts';
import { openSqliteStore } from '../../../../src/stores/sqlite/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { mongoServer } from '../../../servers/mongodb.ts';
import { openSealed } from '../../../stores/sealed/installations.ts';

const clock = heldClock();

/** Stores of every kind, each new and empty. */
export const openStore = {
  memory: async (): Promise<Store> => openMemoryStore({ clock }),
  sealed: async (): Promise<Store> => (await openSealed({ beneath: openMemoryStore({ clock }), clock })).store,
  async sqlite(): Promise<Store> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-keys-'));
    const store = openSqliteStore({ path: join(folder, 'parley.db'), clock });
    onTestFinished(async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    });
    return store;
  },
  async mongodb(): Promise<Store> {
    const server = await mongoServer();
    const store = await openMongoStore({ url: server.newDatabase(), clock });
    onTestFinished(async () => {
      await store.close();
      await server.close();
    });
    return store;
  },
};
