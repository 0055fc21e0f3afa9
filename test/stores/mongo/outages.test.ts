import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { isParleyError } from '../../../src/core/errors.ts';
import { processId } from '../../../src/core/ids.ts';
import type { Setting } from '../../../src/core/setting.ts';
import type { Collection, Store } from '../../../src/ports/store.ts';
import { openMongoStore } from '../../../src/stores/mongo/store.ts';
import { setting } from '../../contracts/store/fixtures.ts';
import { heldClock } from '../../fakes/clock.ts';
import { weakLine } from '../../fakes/weak-line.ts';
import { type FerretdbServer, startFerretdb } from '../../servers/mongodb.ts';
import { describeWith } from '../../servers.ts';

const clock = heldClock();

async function startedServer(): Promise<FerretdbServer> {
  const server = await startFerretdb();
  onTestFinished(() => server.close());
  return server;
}

async function openedStore(url: string): Promise<Store> {
  const store = await openMongoStore({ url, clock });
  onTestFinished(() => store.close());
  return store;
}

const through = (url: string, port: number, options = ''): string =>
  url.replace(/:\d+\//, `:${port}/`).concat(`?serverSelectionTimeoutMS=500${options}`);

/** Asks again as Parley does: as long as the error says that it may go through later. Gives how often it failed. */
async function persist(work: () => Promise<unknown>): Promise<number> {
  for (let failures = 0; ; failures++) {
    try {
      await work();
      return failures;
    } catch (error) {
      if (!isParleyError(error, 'STORE_FAILED') || !error.retry || failures > 100) throw error;
    }
  }
}

const numbers = async (settings: Collection<Setting>): Promise<number[]> =>
  (await settings.find({ limit: 1000 })).map(({ value }) => Number(value)).sort((a, b) => a - b);

describeWith('mongodb', 'A MongoDB that goes away', () => {
  // Only a server of the tests' own can be ended.
  beforeEach(context =>
    context.skip(process.env.PARLEY_TEST_FERRETDB === undefined, 'MONGODB_TEST_URL names the server'),
  );

  it('is waited for, and has all that was acknowledged when it was killed', { timeout: 90_000 }, async () => {
    const server = await startedServer();
    const store = await openedStore(through(server.newDatabase(), server.port));
    const settings = store.collection('settings');
    const acknowledged: number[] = [];
    for (let round = 0; round < 3; round++) {
      const writes = Array.from({ length: 60 }, async (_, at) => {
        const number = round * 100 + at;
        const result = await settings.insert([setting(`${number}`)]).catch((error: unknown) => error);
        if (Array.isArray(result)) acknowledged.push(number);
        else expect(result).toMatchObject({ code: 'STORE_FAILED', retry: true });
      });
      await Promise.race(writes);
      await server.kill();
      await Promise.all(writes);
      await server.start();
      await persist(() => settings.insert([setting(`${round * 100 + 99}`)]));
    }
    expect(await numbers(settings)).toEqual(expect.arrayContaining(acknowledged));
    expect(acknowledged.length).toBeGreaterThan(0);
  });

  it('whose line is cut in the middle is used again as soon as it is mended', { timeout: 60_000 }, async () => {
    const server = await startedServer();
    const line = await weakLine(server.port);
    onTestFinished(() => line.close());
    const settings = (await openedStore(through(server.newDatabase(), line.port))).collection('settings');
    await settings.insert([setting('1')]);
    line.cut();
    await expect(settings.insert([setting('2')])).rejects.toMatchObject({ code: 'STORE_FAILED', retry: true });
    line.mend();
    await persist(() => settings.insert([setting('2')]));
    await persist(async () => expect(await numbers(settings)).toEqual([1, 2]));
  });

  it('that takes a call and never answers holds nobody for ever, and the change is found afterwards', {
    timeout: 60_000,
  }, async () => {
    const server = await startedServer();
    const line = await weakLine(server.port);
    onTestFinished(() => line.close());
    const url = through(server.newDatabase(), line.port, '&socketTimeoutMS=700');
    const settings = (await openedStore(url)).collection('settings');
    await settings.insert([setting('1')]);
    line.mute();
    await expect(settings.insert([setting('2')])).rejects.toMatchObject({ code: 'STORE_FAILED', retry: true });
    line.mend();
    let again: unknown;
    await persist(async () => {
      again = await settings.insert([setting('2')]);
    });
    expect(again).toEqual(['exists']);
  });

  it('gets at most twenty connections for what is asked, however much that is at once, and one or two to look after it', {
    timeout: 60_000,
  }, async () => {
    const server = await startedServer();
    const line = await weakLine(server.port);
    onTestFinished(() => line.close());
    const patient = '&waitQueueTimeoutMS=50000&socketTimeoutMS=50000';
    const settings = (await openedStore(through(server.newDatabase(), line.port, patient))).collection('settings');
    await settings.insert([setting('a')]);
    const asked = Array.from({ length: 500 }, () => settings.find({ limit: 10 }));
    expect((await Promise.all(asked)).map(({ length }) => length)).toEqual(asked.map(() => 1));
    expect(line.mostOpen).toBeLessThanOrEqual(20 + 2);
    expect(line.mostOpen).toBeGreaterThan(10);
  });

  it('hears that a process lives while much waits for a connection', { timeout: 60_000 }, async () => {
    const server = await startedServer();
    const store = await openedStore(
      through(server.newDatabase(), server.port, '&maxPoolSize=1&waitQueueTimeoutMS=50000'),
    );
    const settings = store.collection('settings');
    const processes = store.collection('processes');
    await processes.insert([
      { _id: processId('a'), role: 'all', host: 'here', pid: 1, startedAt: clock.now(), state: 'here' },
    ]);
    const over: string[] = [];
    const work = Array.from({ length: 300 }, () => settings.find({ limit: 1 }).then(() => over.push('work')));
    const beat = processes.get(processId('a')).then(() => over.push('sign of life'));
    await Promise.all([...work, beat]);
    expect(over.indexOf('sign of life')).toBeLessThan(over.length / 2);
  });

  it('may be opened by several processes at once, also the first time', { timeout: 60_000 }, async () => {
    const server = await startedServer();
    const url = server.newDatabase();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openedStore(url)));
    const answers = await Promise.all(stores.map(store => store.collection('settings').insert([setting('a')])));
    expect(answers.flat().sort()).toEqual(['exists', 'exists', 'exists', 'inserted']);
  });

  it('lets one of several processes win each change of a document', { timeout: 60_000 }, async () => {
    const server = await startedServer();
    const url = server.newDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => openedStore(url)));
    await stores[0]?.collection('settings').insert([setting('count', '0')]);
    await Promise.all(stores.map(addTen));
    expect(await stores[0]?.collection('settings').get('count')).toMatchObject({ value: '30', version: 31 });
  });
});

async function addTen(store: Store): Promise<void> {
  const settings = store.collection('settings');
  for (let done = 0; done < 10; ) {
    const read = await settings.get('count');
    if (read && (await settings.replace({ ...read, value: String(Number(read.value) + 1) }))) done += 1;
  }
}
