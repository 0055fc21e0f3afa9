import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Config, loadConfig } from '../../config/load.ts';
import { copy, migrate } from '../../src/compose/move-store.ts';
import { openStore, withStore } from '../../src/compose/open-store.ts';
import { describeStore } from '../../src/main.ts';
import { noteVersion } from '../../src/orchestrator/migrate/store-marks.ts';
import type { Store } from '../../src/ports/store.ts';
import { openMongoStore } from '../../src/stores/mongo/store.ts';
import { systemClock } from '../../src/system-clock.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { silentLog } from '../fakes/log.ts';
import { type MongoServer, mongoServer } from '../servers/mongodb.ts';
import { describeWith } from '../servers.ts';

const clock = systemClock;
const fixture = join(import.meta.dirname, '..', 'fixtures', 'installations', 'before-seals.db.gz');

/** A data folder from before documents were sealed and had versions, full of a conversation. */
async function oldInstallation(env: NodeJS.ProcessEnv = {}): Promise<Config> {
  const cwd = tempFolder();
  mkdirSync(join(cwd, '.parley'), { mode: 0o700 });
  writeFileSync(join(cwd, '.parley', 'parley.db'), gunzipSync(readFileSync(fixture)), { mode: 0o600 });
  return loadConfig({ env, cwd });
}

async function started<T>(config: Config, use: (store: Store) => Promise<T>): Promise<T> {
  await using ending = new AsyncDisposableStack();
  const { store } = await openStore({ config, clock, log: silentLog }, ending);
  return await use(store);
}

const textsIn = async (store: Store): Promise<unknown[]> =>
  (await store.collection('messages').find({ limit: 100 })).map(message => ('text' in message ? message.text : null));

it('an installation from before documents had versions starts, with all that was said', async () => {
  const config = await oldInstallation();
  const before = await withStore({ config, clock }, async store => store && textsIn(store));
  expect(before).toContain('Thank you, Ada 😀');
  expect(await started(config, textsIn)).toEqual(before);
  expect(await started(config, textsIn)).toEqual(before);
  expect(
    await migrate({ config, apply: true, takeOver: false, onPage: () => undefined, signal: neverAborted }),
  ).toEqual({
    pending: [],
    done: true,
  });
});

const onWaiting = (): void => undefined;
const neverAborted = new AbortController().signal;

describeWith('mongodb', 'An installation in a MongoDB', () => {
  let server: MongoServer;
  beforeAll(async () => {
    server = await mongoServer();
  });
  afterAll(() => server.close());
  const inMongodb = (config: Config, url: string): Config => ({ ...config, store: { url } });

  it('comes from a data folder by a copy, and goes back', { timeout: 60_000 }, async () => {
    const config = await oldInstallation();
    const said = await started(config, textsIn);
    const there = inMongodb(config, server.newDatabase());
    const { digests, to } = await copy({ config: there, from: 'sqlite', to: 'mongodb', onWaiting });
    expect(digests.messages.count).toBe(said.length);
    expect(to).toContain('MongoDB');
    expect(await started(there, textsIn)).toEqual(said);
    await expect(started(config, textsIn)).rejects.toMatchObject({ code: 'STORE_MOVED' });
    await expect(describeStore({ config, env: {} })).rejects.toMatchObject({ code: 'STORE_MOVED' });
    expect(await describeStore({ config: there, env: {} })).toContain('MongoDB');
    const again = { ...there, store: { url: server.newDatabase() } };
    await expect(copy({ config: again, from: 'sqlite', to: 'mongodb', onWaiting })).rejects.toMatchObject({
      code: 'STORE_MOVED',
    });
    await migrate({ config, apply: false, takeOver: true, onPage: () => undefined, signal: neverAborted });
    expect(await started(config, textsIn)).toEqual(said);

    await expect(copy({ config: there, from: 'mongodb', to: 'sqlite', onWaiting })).rejects.toMatchObject({
      code: 'COPY_REFUSED',
    });
    const empty = await loadConfig({ env: { PARLEY_KEY_FILE: join(config.dataDir, 'master.key') }, cwd: tempFolder() });
    writeTokens(empty, config);
    const back = inMongodb(empty, there.store.url ?? '');
    await copy({ config: back, from: 'mongodb', to: 'sqlite', onWaiting });
    expect(await started(empty, textsIn)).toEqual(said);
  });

  it('refuses another installation, until it is taken over', { timeout: 60_000 }, async () => {
    const url = server.newDatabase();
    const mine = inMongodb(await oldInstallation(), url);
    const other = inMongodb(await oldInstallation(), url);
    await started(mine, textsIn);
    await expect(started(other, textsIn)).rejects.toMatchObject({ code: 'STORE_OF_ANOTHER' });
    await expect(withStore({ config: other, clock }, async () => null)).rejects.toMatchObject({
      code: 'STORE_OF_ANOTHER',
    });
    await migrate({ config: other, apply: false, takeOver: true, onPage: () => undefined, signal: neverAborted });
    await expect(started(mine, textsIn)).rejects.toMatchObject({ code: 'STORE_OF_ANOTHER' });
  });

  it('refuses documents of a newer Parley', { timeout: 60_000 }, async () => {
    const url = server.newDatabase();
    const config = inMongodb(await oldInstallation(), url);
    await started(config, textsIn);
    const beneath = await openMongoStore({ url, clock });
    await noteVersion(beneath, 999);
    await beneath.close();
    await expect(started(config, textsIn)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  });
});

function writeTokens(to: Config, from: Config): void {
  mkdirSync(to.dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(join(to.dataDir, 'registration.json'), readFileSync(join(from.dataDir, 'registration.json')), {
    mode: 0o600,
  });
}
