import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { storeContract } from '../../contracts/store.ts';
import { anyMaster, openSealed, sqliteFile } from './installations.ts';

storeContract('The sealed store over memory', async clock => {
  const { store } = await openSealed({ beneath: openMemoryStore({ clock }), clock });
  return { store, close: () => store.close() };
});

storeContract('The sealed store over SQLite', async clock => {
  const { open } = sqliteFile(clock);
  const master = anyMaster();
  const openAgain = async () => (await openSealed({ beneath: open(), clock, master })).store;
  const store = await openAgain();
  return {
    store,
    async reopen() {
      await store.close();
      return openAgain();
    },
    close: () => store.close(),
  };
});
