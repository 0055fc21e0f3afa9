import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { storeContract } from '../../contracts/store.ts';

storeContract('The memory store', async clock => {
  const store = openMemoryStore({ clock });
  return { store, close: () => store.close() };
});
