import { afterAll, beforeAll } from 'vitest';
import type { Clock } from '../../../src/ports/clock.ts';
import { openMongoStore } from '../../../src/stores/mongo/store.ts';
import type { StoreUnderTest } from '../../contracts/store/fixtures.ts';
import { storeContract } from '../../contracts/store.ts';
import { type MongoServer, mongoServer } from '../../servers/mongodb.ts';
import { describeWith } from '../../servers.ts';

describeWith('mongodb', 'On a MongoDB', () => {
  let server: MongoServer;
  beforeAll(async () => {
    server = await mongoServer();
  });
  afterAll(() => server.close());

  /** A database takes its time to be made. */
  const histories = 25;

  async function open(clock: Clock): Promise<StoreUnderTest> {
    const url = server.newDatabase();
    const store = await openMongoStore({ url, clock });
    return {
      store,
      async reopen() {
        await store.close();
        return openMongoStore({ url, clock });
      },
      close: () => store.close(),
    };
  }

  storeContract('the MongoDB store', open, histories);
});
