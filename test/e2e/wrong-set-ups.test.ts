import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mongoWire } from '../fakes/mongo-wire.ts';
import { mongoServer } from '../servers/mongodb.ts';
import { startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';
import { processesIn } from './driver/child.ts';
import { ParleyProcess } from './driver/parley-process.ts';

const secret = 's3cret-of-the-operator';
const nobody = '127.0.0.1:9';
const hello = { ok: 1, isWritablePrimary: true, minWireVersion: 0, maxWireVersion: 21, maxWriteBatchSize: 100_000 };
const refuses = (code: number, codeName: string) => ({ ok: 0, code, codeName, errmsg: `${codeName}: ${secret}` });

/** Starts Parley on a new folder, where it must end by itself: with the code, in words, and with nothing left behind. */
async function refused(env: Record<string, string>, code: string): Promise<string> {
  const parley = await ParleyProcess.prepare({ env });
  onTestFinished(() => parley.dispose());
  const { code: exit, output } = await parley.run(['up'], 40_000);
  expect(output).toContain(code);
  expect(exit).toBe(1);
  expect(output).not.toContain(secret);
  expect(output).not.toMatch(/\bat .+\.ts:\d+/);
  expect(output).not.toContain('✓ Homeserver');
  expect(existsSync(join(parley.data, 'homeserver'))).toBe(false);
  expect(processesIn(parley.folder)).toEqual([]);
  return output;
}

const mongoUrl = (port: number, user = '') => `mongodb://${user}127.0.0.1:${port}/parley?serverSelectionTimeoutMS=1500`;

async function mongoThat(answers: Parameters<typeof mongoWire>[0]): Promise<number> {
  const server = await mongoWire({ hello, buildInfo: { ok: 1, version: '7.0.0' }, ...answers });
  onTestFinished(() => server.close());
  return server.port;
}

describe('a start with a wrong set-up says what is wrong and ends: a store', { timeout: 60_000 }, () => {
  it('whose address is none', async () => {
    expect(await refused({ MONGODB_URL: `mongodb//u:${secret}@x/y` }, 'CONFIG_INVALID')).toContain('MONGODB_URL');
  });

  it('that does not answer', async () => {
    const url = `mongodb://u:${secret}@${nobody}/parley?serverSelectionTimeoutMS=500`;
    expect(await refused({ MONGODB_URL: url }, 'STORE_UNREACHABLE')).toContain(nobody);
  });

  it('that refuses the password', async () => {
    const answers = {
      saslStart: refuses(18, 'AuthenticationFailed'),
      hello: { ...hello, saslSupportedMechs: ['SCRAM-SHA-256'] },
    };
    await refused({ MONGODB_URL: mongoUrl(await mongoThat(answers), `u:${secret}@`) }, 'STORE_REFUSED');
  });

  it('whose user may not do what is needed', async () => {
    const resource = { db: 'parley', collection: '' };
    const authInfo = {
      authenticatedUsers: [{ user: 'u', db: 'admin' }],
      authenticatedUserPrivileges: [{ resource, actions: ['find'] }],
    };
    const port = await mongoThat({ connectionStatus: { ok: 1, authInfo } });
    expect(await refused({ MONGODB_URL: mongoUrl(port) }, 'STORE_REFUSED')).toContain('readWrite');
  });

  it('that is too old', async () => {
    const port = await mongoThat({ hello: { ...hello, maxWireVersion: 6 } });
    await refused({ MONGODB_URL: mongoUrl(port) }, 'STORE_UNSUITABLE');
  });
});

describeWith('mongodb', 'A start with a database of another installation', () => {
  it('ends, and leaves it to that', { timeout: 60_000 }, async () => {
    const server = await mongoServer();
    onTestFinished(() => server.close());
    const MONGODB_URL = server.newDatabase();
    const other = await ParleyProcess.prepare({ env: { MONGODB_URL } });
    onTestFinished(() => other.dispose());
    // It claims the store, and then finds no homeserver.
    const unreachable = { MATRIX_HOMESERVER_URL: `http://${nobody}`, MATRIX_SERVER_NAME: 'other.test' };
    await other.with({ env: { MONGODB_URL, ...unreachable } }).run(['up'], 40_000);
    expect(await refused({ MONGODB_URL }, 'STORE_OF_ANOTHER')).toContain('other.test');
  });
});

describeWith('redis', 'A start with a wrong Redis', () => {
  const at = (port: number, user = '') => ({ REDIS_URL: `redis://${user}127.0.0.1:${port}` });

  it('says that its address is none', { timeout: 60_000 }, async () => {
    expect(await refused({ REDIS_URL: `http://u:${secret}@x` }, 'CONFIG_INVALID')).toContain('REDIS_URL');
  });

  it('says that nothing answers', { timeout: 60_000 }, async () => {
    await refused({ REDIS_URL: `redis://u:${secret}@${nobody}` }, 'REDIS_UNREACHABLE');
  });

  it('says that the password is wrong, or that the user may not do enough', { timeout: 60_000 }, async () => {
    const redis = await startRedis(['--requirepass', 'another']);
    onTestFinished(redis.stop);
    await refused(at(redis.port, `:${secret}@`), 'REDIS_REFUSED');
    const admin = new Redis({ port: redis.port, password: 'another' });
    await admin.call('ACL', 'SETUSER', 'mara', 'on', `>${secret}`, '+info', '+ping');
    admin.disconnect();
    await refused(at(redis.port, `mara:${secret}@`), 'REDIS_REFUSED');
  });

  it('says that it is too old', { timeout: 60_000 }, async () => {
    const info = 'redis_version:5.0.14\r\nloading:0\r\n';
    const server = createTcpServer(socket => {
      socket.on('error', () => undefined);
      socket.on('data', asked => socket.write(/info/i.test(`${asked}`) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n'));
    });
    await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    expect(await refused(at((server.address() as AddressInfo).port), 'REDIS_UNFIT')).toContain('5.0.14');
  });

  it('says that another installation uses the same keys', { timeout: 60_000 }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const other = new Redis(redis.url);
    await other.set('{parley}:installation', 'other.test', 'PX', 60_000);
    other.disconnect();
    expect(await refused(at(redis.port), 'REDIS_OF_ANOTHER')).toContain('other.test');
  });

  it('says that a copy of this installation is at work there', { timeout: 90_000 }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const other = new Redis(redis.url);
    await other.set('{parley}:store', 'the original', 'PX', 90_000);
    other.disconnect();
    expect(await refused(at(redis.port), 'REDIS_OF_ANOTHER')).toContain('copy of the other');
  });
});

it('a start beside a homeserver whose clock is hours off says so and ends', { timeout: 60_000 }, async () => {
  const date = new Date(Date.now() - 5 * 3_600_000).toUTCString();
  const server = createServer((_, response) => response.writeHead(200, { date }).end('{"versions":["v1.11"]}'));
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const env = { MATRIX_HOMESERVER_URL: `http://127.0.0.1:${port}`, MATRIX_SERVER_NAME: 'example.org' };
  expect(await refused(env, 'CLOCK_OFF')).toContain('5 h ahead of');
});
