import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import type { Main } from '../../src/cli/main-functions.ts';
import { migrate } from '../../src/compose/move-store.ts';
import { openStore } from '../../src/compose/open-store.ts';
import type { Document } from '../../src/core/document.ts';
import type { Setting } from '../../src/core/setting.ts';
import type { Migration } from '../../src/orchestrator/migrate/migrations.ts';
import type { Store } from '../../src/ports/store.ts';
import { systemClock as clock } from '../../src/system-clock.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { ill, setting } from '../contracts/store/fixtures.ts';
import { silentLog } from '../fakes/log.ts';
import { type MongoServer, mongoServer } from '../servers/mongodb.ts';
import { describeWith } from '../servers.ts';
import { type Outcome, parley } from './terminal.ts';

const marked = (document: Document): Document | null => {
  const { value } = document as Setting;
  return value.endsWith('!') || !document._id.startsWith('row') ? null : ill({ ...document, value: `${value}!` });
};
/** Two versions: the first without any change, the second with one. */
const migrations: readonly Migration[] = [{ what: 'rows get a mark', collection: 'settings', change: marked }];
const rows = Array.from({ length: 450 }, (_, at) => setting(`row${1000 + at}`, `${at}`));
const wanted = rows.map(({ value }) => `${value}!`);

interface Installation {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

type Version = readonly Migration[];
const former: Version = [];

/** A process of a version of Parley that has the installation open. */
async function run<T>(installation: Installation, version: Version, use: (store: Store) => Promise<T>): Promise<T> {
  await using ending = new AsyncDisposableStack();
  const config = await loadConfig(installation);
  const { store } = await openStore({ config, clock, log: silentLog, migrations: version }, ending);
  return await use(store);
}

const valuesIn = async (store: Store): Promise<string[]> => {
  const where = { _id: { above: 'row', below: 'rox' } };
  return (await store.collection('settings').find({ where, limit: 1000 })).map(({ value }) => value);
};

/** `npx parley migrate` of a Parley that knows these changes. */
const ordered = (
  { cwd, env }: Installation,
  args: readonly string[] = [],
  { version = migrations, ...more }: { version?: Version; signal?: AbortSignal; onPage?: () => void } = {},
): Promise<Outcome> => {
  const known: Main['migrate'] = request =>
    migrate({
      ...request,
      migrations: version,
      onPage: page => {
        request.onPage(page);
        more.onPage?.();
      },
    });
  const main = { migrate: known };
  return parley(['migrate', ...args], { cwd, env, main, ...(more.signal ? { signal: more.signal } : {}) });
};

async function filled(installation: Installation): Promise<Installation> {
  mkdirSync(join(installation.cwd, '.parley'), { recursive: true, mode: 0o700 });
  await run(installation, former, async store => {
    await store.collection('settings').insert(rows);
  });
  return installation;
}

test('migrate of a data folder says what would be done, changes nothing, and does it with --yes', async () => {
  const installation = await filled({ cwd: tempFolder(), env: {} });
  const said = await ordered(installation);
  expect(said).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^To be done:\n {2}rows get a mark\nNothing was changed/),
  });
  expect(await run(installation, former, valuesIn)).toEqual(rows.map(({ value }) => value));
  const done = await ordered(installation, ['--yes']);
  expect(done.stdout).toMatch(
    /rows get a mark: 200 documents looked at, 200 changed\n[\s\S]*Done:\n {2}rows get a mark\n$/,
  );
  expect(await run(installation, migrations, valuesIn)).toEqual(wanted);
  expect((await ordered(installation)).stdout).toContain('nothing to do');
});

test('there is no way back: the former version neither starts on changed documents nor migrates them', async () => {
  const installation = await filled({ cwd: tempFolder(), env: {} });
  await ordered(installation, ['--yes']);
  await expect(run(installation, former, valuesIn)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  const back = await ordered(installation, ['--yes'], { version: former });
  expect(back).toMatchObject({ code: 1, stderr: expect.stringContaining('STORE_TOO_NEW') });
});

test('a start on a data folder tells what it changes before it does', async () => {
  const installation = await filled({ cwd: tempFolder(), env: {} });
  const told: (readonly string[])[] = [];
  await using ending = new AsyncDisposableStack();
  const onMigrate = (pending: readonly string[]) => void told.push(pending);
  const config = await loadConfig(installation);
  const ended = AbortSignal.abort();
  const opening = { config, clock, log: silentLog, migrations, onMigrate };
  await expect(openStore({ ...opening, signal: ended }, ending)).rejects.toThrow();
  expect(told).toEqual([['rows get a mark']]);
  await ending.disposeAsync();
  expect(await run(installation, migrations, valuesIn)).toEqual(wanted);
});

test('migrate --take-over says that the store was taken over', async () => {
  const main = { migrate: async () => ({ pending: [], done: false }) };
  const { code, stdout } = await parley(['migrate', '--take-over'], { main });
  expect([code, stdout.split('\n')[0]]).toEqual([0, 'The store belongs to this installation now.']);
});

test('migrate says that there is no store yet', async () => {
  expect((await ordered({ cwd: tempFolder(), env: {} })).stdout).toContain('There is no store yet');
});

describeWith('mongodb', 'migrate of a MongoDB', () => {
  let server: MongoServer;
  beforeAll(async () => {
    server = await mongoServer();
  });
  afterAll(() => server.close());
  const inMongodb = () => filled({ cwd: tempFolder(), env: { MONGODB_URL: server.newDatabase() } });

  test('a start is refused until it is done, and says how to do it', { timeout: 60_000 }, async () => {
    const installation = await inMongodb();
    await expect(run(installation, migrations, valuesIn)).rejects.toMatchObject({
      code: 'STORE_TOO_OLD',
      message: expect.stringMatching(/a version behind.*npx parley migrate --yes/),
    });
    const asked = await ordered(installation, ['--json']);
    expect(JSON.parse(asked.stdout)).toEqual({ pending: ['rows get a mark'], done: false });
    expect(await run(installation, former, valuesIn)).toEqual(rows.map(({ value }) => value));
    const done = await ordered(installation, ['--yes', '--json']);
    expect(JSON.parse(done.stdout)).toEqual({ pending: ['rows get a mark'], done: true });
    expect(await run(installation, migrations, valuesIn)).toEqual(wanted);
  });

  test('broken off after any page, it goes on when it is repeated', { timeout: 60_000 }, async () => {
    const installation = await inMongodb();
    const looked: string[] = [];
    for (let round = 0; round < 3; round++) {
      const ending = new AbortController();
      const { code, stdout } = await ordered(installation, ['--yes'], {
        signal: ending.signal,
        onPage: () => ending.abort(),
      });
      expect(code).not.toBe(0);
      looked.push(...(stdout.match(/\d+(?= documents)/g) ?? []));
    }
    expect(looked.map(Number)).toEqual([200, 400, expect.any(Number)]);
    expect((await ordered(installation, ['--yes'])).code).toBe(0);
    expect(await run(installation, migrations, valuesIn)).toEqual(wanted);
  });

  test('a process of the former version may run and write meanwhile, and two may migrate at once', {
    timeout: 60_000,
  }, async () => {
    const installation = await inMongodb();
    await run(installation, former, async store => {
      let written = 0;
      const onPage = () => {
        written += 1;
        if (written === 1) void store.collection('settings').insert([setting('row0000', 'late')]);
      };
      const both = await Promise.all([1, 2].map(() => ordered(installation, ['--yes'], { onPage })));
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(await valuesIn(store)).toEqual(['late!', ...wanted]);
    });
  });
});
