import { MongoClient } from 'mongodb';
import { openMongoStore } from '../../src/stores/mongo/store.ts';
import { systemClock as clock } from '../../src/system-clock.ts';
import { message } from '../contracts/store/fixtures.ts';
import { ensureFerretdb } from '../servers/ensure-ferretdb.ts';
import { type MongoServer, mongoServer } from '../servers/mongodb.ts';
import { interleaved } from './interleaved.ts';
import { type Benchmark, type Row, times } from './result.ts';

const singles = 300;
const atOnce = 500;
const batches = 8;
const goal = 0.9;

/** Inserts a second, one after the other and many at once, against the driver by itself on the same server with the same indexes. */
export const documentStore: Benchmark = {
  key: 'l',
  title: 'store in MongoDB: inserts, against the driver by itself',
  async run({ rounds, say }) {
    if (!process.env.MONGODB_TEST_URL) process.env.PARLEY_TEST_FERRETDB = await ensureFerretdb();
    const server = await mongoServer();
    try {
      const rows: Row[] = [];
      for (const kind of ['single', 'bulk'] as const) {
        const sides = { bare: () => bare(server, kind), store: () => ours(server, kind) };
        const { bare: against, store } = await interleaved(rounds, sides);
        say(`  ${JSON.stringify({ kind, against, store })}`);
        rows.push(row(kind, store, against));
      }
      return rows;
    } finally {
      await server.close();
    }
  },
};

type Kind = 'single' | 'bulk';

function row(kind: Kind, store: number, against: number): Row {
  const ratio = store / against;
  return {
    key: 'l',
    what: kind === 'single' ? 'Inserts one by one, store in MongoDB' : `Inserts ${atOnce} at once, store in MongoDB`,
    parley: `${Math.round(store)}/s`,
    against: `${Math.round(against)}/s (the driver)`,
    ratio: times(ratio),
    goal: `≥ ${goal}`,
    met: ratio >= goal,
  };
}

const drafts = Array.from({ length: Math.max(singles, atOnce * batches) }, (_, at) => message(`${at}`, at));

/** How many inserts a second, by what inserts some documents. */
async function measure(kind: Kind, insert: (some: typeof drafts) => Promise<unknown>): Promise<number> {
  const size = kind === 'single' ? 1 : atOnce;
  const count = kind === 'single' ? singles : atOnce * batches;
  const begun = performance.now();
  for (let from = 0; from < count; from += size) await insert(drafts.slice(from, from + size));
  return (count / (performance.now() - begun)) * 1000;
}

async function ours(server: MongoServer, kind: Kind): Promise<number> {
  const store = await openMongoStore({ url: server.newDatabase(), clock });
  try {
    return await measure(kind, some => store.collection('messages').insert(some));
  } finally {
    await store.close();
  }
}

async function bare(server: MongoServer, kind: Kind): Promise<number> {
  const url = server.newDatabase();
  // Makes the same collections and indexes.
  await (await openMongoStore({ url, clock })).close();
  const client = new MongoClient(url, { writeConcern: { w: 'majority', journal: true } });
  const collection = client.db().collection<{ _id: string }>('messages');
  const stamp = { version: 1, createdAt: 1, updatedAt: 1, tenant: 'default' };
  try {
    await collection.findOne({ _id: 'warm' });
    return await measure(kind, async ([first, ...others]) => {
      if (first === undefined) return;
      if (others.length === 0) await collection.insertOne({ ...first, ...stamp });
      else await collection.insertMany([first, ...others].map(draft => ({ ...draft, ...stamp })));
    });
  } finally {
    await client.close();
  }
}
