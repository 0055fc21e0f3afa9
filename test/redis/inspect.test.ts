import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RedisAddress } from '../../src/redis/address.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { inspectRedis } from '../../src/redis/inspect.ts';
import { locate, placeOf } from '../../src/redis/locate.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';

const secret = 'geheim-42';

/** A server that answers every line in the same way. */
async function answering(text: (asked: string) => string): Promise<string> {
  const server = createServer(socket => {
    socket.on('data', data => socket.write(text(String(data))));
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failure(address: RedisAddress): Promise<{ code: string; message: string }> {
  const error = await inspectRedis(address).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error ?? {}))).not.toContain(secret);
  return error as { code: string; message: string };
}

describe('the address of Redis', () => {
  it('has servers, user, password, database and TLS', () => {
    const url = 'rediss://mara:p%40ss:word@one.internal:7000,two.internal/3';
    expect(locate({ url, mode: 'single' })).toEqual({
      hosts: [
        { host: 'one.internal', port: 7000 },
        { host: 'two.internal', port: 6379 },
      ],
      options: { username: 'mara', password: 'p@ss:word', db: 3, tls: {} },
    });
    expect(placeOf({ url, mode: 'single' })).toBe('one.internal:7000, two.internal:6379');
    expect(locate({ url: 'redis://[::1]:6380', mode: 'sentinel' })).toEqual({
      hosts: [{ host: '::1', port: 6380 }],
      options: {},
    });
  });
});

describe('a look at Redis', () => {
  it('says that nothing answers', async () => {
    const found = await failure(redisAddress(`redis://:${secret}@127.0.0.1:1`));
    expect(found).toMatchObject({ code: 'REDIS_UNREACHABLE', message: expect.stringContaining('127.0.0.1:1') });
  });

  it('says that something else answers', async () => {
    const place = await answering(() => 'HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(await failure(redisAddress(`redis://:${secret}@${place}`))).toMatchObject({ code: 'REDIS_UNFIT' });
  });

  it('says that it is too old', async () => {
    const info = 'redis_version:5.0.14\r\nloading:0\r\n';
    const place = await answering(asked => (/info/i.test(asked) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n'));
    expect(await failure(redisAddress(`redis://${place}`))).toMatchObject({
      code: 'REDIS_UNFIT',
      message: expect.stringContaining('5.0.14'),
    });
  });
});

describeWith('redis', 'A look at a real Redis', () => {
  it('tells its version, and warns where it may throw away what it holds', async () => {
    const redis = await startRedis(['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru']);
    onTestFinished(redis.stop);
    const { detail, warnings } = await inspectRedis(redisAddress(redis.url));
    expect(detail).toMatch(/^Redis \d+\.\d+\.\d+ at 127\.0\.0\.1:\d+$/);
    expect(warnings).toEqual([expect.stringContaining('noeviction')]);
  });

  it('says that the password is wrong or missing, without showing it', async () => {
    const redis = await startRedis(['--requirepass', 'another']);
    onTestFinished(redis.stop);
    const place = redis.url.slice('redis://'.length);
    for (const url of [`redis://:${secret}@${place}`, redis.url]) {
      expect(await failure(redisAddress(url))).toMatchObject({ code: 'REDIS_REFUSED' });
    }
    expect((await inspectRedis(redisAddress(`redis://:another@${place}`))).warnings).toEqual([]);
  });

  it('says that the user may not do what is needed', async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const admin = new Redis(redis.url);
    await admin.call('ACL', 'SETUSER', 'mara', 'on', `>${secret}`, '+info', '+ping');
    admin.disconnect();
    const place = redis.url.slice('redis://'.length);
    expect(await failure(redisAddress(`redis://mara:${secret}@${place}`))).toMatchObject({ code: 'REDIS_REFUSED' });
  });

  it('says that a plain server does not speak TLS', { timeout: 20_000 }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const found = await failure(redisAddress(redis.url.replace('redis://', `rediss://:${secret}@`)));
    expect(found).toMatchObject({ code: 'REDIS_UNREACHABLE' });
  });

  it('writes an outage into the log once, without the password', async () => {
    const lines: string[] = [];
    const write = (fields: unknown, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
    const log = { debug: write, info: write, warn: write, error: write };
    const redis = await startRedis(['--requirepass', secret]);
    onTestFinished(redis.stop);
    const url = redis.url.replace('redis://', `redis://:${secret}@`);
    const client = connectRedis(redisAddress(url), 'blocking', log);
    onTestFinished(() => client.disconnect());
    await client.ping();
    await redis.kill();
    const back = client.ping();
    await sleep(500);
    await redis.restart();
    await back;
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain(secret);
  });
});
