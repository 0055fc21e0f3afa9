import { describe, expect, it, onTestFinished } from 'vitest';
import { openMongoStore } from '../../../src/stores/mongo/store.ts';
import { heldClock } from '../../fakes/clock.ts';
import { mongoWire } from '../../fakes/mongo-wire.ts';

const hello = {
  ok: 1,
  isWritablePrimary: true,
  minWireVersion: 0,
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
};
const buildInfo = { ok: 1, version: '7.0.0' };
const fail = (code: number, codeName: string) => ({ ok: 0, code, codeName, errmsg: `${codeName} of s3cret` });
const inCollection = (firstBatch: readonly unknown[]) => ({ ok: 1, cursor: { id: 0n, ns: 'parley.x', firstBatch } });

type Answers = Parameters<typeof mongoWire>[0];

async function opening(answers: Answers, { user = '', options = '' } = {}): Promise<unknown> {
  const server = await mongoWire({ hello, buildInfo, ...answers });
  onTestFinished(() => server.close());
  const url = `mongodb://${user}127.0.0.1:${server.port}/parley?serverSelectionTimeoutMS=800${options}`;
  return await openMongoStore({ url, clock: heldClock() }).then(
    store => store.close(),
    (error: unknown) => error,
  );
}

describe('A MongoDB that can not be used is told at the start', () => {
  it('an address that is none, without the password in it', async () => {
    for (const url of [
      'mongodb://u:s3cret@/x',
      'mongodb://u:s3cr%et@localhost/x',
      'mongodb://u:s3cret@localhost/x?foo=s3cret',
    ]) {
      const error = await openMongoStore({ url, clock: heldClock() }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('s3cr') });
    }
  });

  it('one that does not answer', async () => {
    const url = 'mongodb://mara:s3cret@127.0.0.1:9/parley?serverSelectionTimeoutMS=300';
    const error = await openMongoStore({ url, clock: heldClock() }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'STORE_UNREACHABLE',
      retry: true,
      message: expect.stringMatching(/mongodb:\/\/127\.0\.0\.1:9\/parley does not answer \(ECONNREFUSED\)/),
    });
    expect(String(error)).not.toContain('s3cret');
  });

  it('one that is too old', async () => {
    expect(await opening({ hello: { ...hello, maxWireVersion: 6 } })).toMatchObject({ code: 'STORE_UNSUITABLE' });
  });

  it('a wrong password', async () => {
    const answers = {
      saslStart: fail(18, 'AuthenticationFailed'),
      hello: { ...hello, saslSupportedMechs: ['SCRAM-SHA-256'] },
    };
    const error = await opening(answers, { user: 'mara:s3cret@' });
    expect(error).toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringMatching(/user and password.*authSource/),
    });
    expect(String(error)).not.toContain('s3cret');
  });

  it('a user who may not make indexes: from what it may do, and when it is refused', async () => {
    const authInfo = {
      authenticatedUsers: [{ user: 'mara', db: 'admin' }],
      authenticatedUserPrivileges: [
        { resource: { db: 'parley', collection: '' }, actions: ['find', 'insert', 'update', 'remove'] },
      ],
    };
    expect(await opening({ connectionStatus: { ok: 1, authInfo } })).toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringContaining('may not createIndex. Give it the role readWrite on the database parley'),
    });
    const listIndexes = inCollection([]);
    expect(await opening({ listIndexes, createIndexes: fail(13, 'Unauthorized') })).toMatchObject({
      code: 'STORE_REFUSED',
    });
  });
});

describe('What a MongoDB says while it is used', () => {
  const used = async (insert: unknown): Promise<unknown> => {
    const server = await mongoWire({
      hello,
      buildInfo,
      listIndexes: inCollection([]),
      insert: insert as Answers[string],
    });
    onTestFinished(() => server.close());
    const store = await openMongoStore({ url: `mongodb://127.0.0.1:${server.port}/parley`, clock: heldClock() });
    const result = await store
      .collection('settings')
      .insert([{ _id: 'a', value: 'b' }])
      .catch((error: unknown) => error);
    await store.close();
    return result;
  };

  it.each([
    ['no space left', { ...fail(14_031, 'OutOfDiskSpace') }, { code: 'STORE_FULL', retry: true }],
    ['stepping down', fail(189, 'PrimarySteppedDown'), { code: 'STORE_FAILED', retry: true }],
    ['shutting down', fail(91, 'ShutdownInProgress'), { code: 'STORE_FAILED', retry: true }],
    [
      'no rights, or nobody signed in',
      fail(13, 'Unauthorized'),
      { code: 'STORE_FAILED', retry: false, message: expect.stringMatching(/has no user and password, add them/) },
    ],
    ['too large', fail(10_334, 'BSONObjectTooLarge'), { code: 'STORE_FAILED', retry: false }],
    ['nonsense', fail(2, 'BadValue'), { code: 'STORE_FAILED', retry: false }],
  ])('%s', async (_, answer, expected) => {
    const error = await used(answer);
    expect(error).toMatchObject(expected);
    expect(String(error)).not.toContain('s3cret');
  });
});

describe('The time of a MongoDB', () => {
  const timeOf = async (localTime: object): Promise<number | null> => {
    const server = await mongoWire({ hello: { ...hello, ...localTime }, buildInfo });
    onTestFinished(() => server.close());
    const store = await openMongoStore({
      url: `mongodb://127.0.0.1:${server.port}/parley`,
      clock: heldClock(),
      fit: false,
    });
    onTestFinished(() => store.close());
    return store.serverTime();
  };

  it('is that of its clock, and none where it does not tell', async () => {
    expect(await timeOf({ localTime: new Date(5_000) })).toBe(5_000);
    expect(await timeOf({})).toBeNull();
  });
});
