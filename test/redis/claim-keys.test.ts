import { expect, it, onTestFinished } from 'vitest';
import type { RedisAddress } from '../../src/redis/address.ts';
import { claimKeys, claimKeysFor } from '../../src/redis/claim-keys.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { silentLog } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';

function client(address: RedisAddress) {
  const made = connectRedis(address, 'blocking', silentLog);
  onTestFinished(() => made.disconnect());
  return made;
}

const onTaken = (): void => undefined;

async function claim(address: RedisAddress, installation: string): Promise<void> {
  const { stop } = await claimKeys({ client: client(address), address, installation, onTaken });
  onTestFinished(stop);
}

describeWith('redis', 'The keys of an installation in Redis', () => {
  it('are those of all its processes, and of nobody else as long as one of them lives', async () => {
    const address = redisAddress();
    await claim(address, 'ours');
    await claim(address, 'ours');
    await expect(claim(address, 'theirs')).rejects.toMatchObject({
      code: 'REDIS_OF_ANOTHER',
      message: expect.stringMatching(/installation ours .* this one is theirs.*REDIS_PREFIX/s),
    });
    await claim(redisAddress(), 'theirs');
  });

  it('are about one store: a process of the same name that works with a copy of it is refused', async () => {
    const address = redisAddress();
    const claimFor = async (store: string): Promise<void> => {
      await claim(address, 'ours');
      const ours = { client: client(address), address, installation: 'ours', onTaken };
      onTestFinished((await claimKeysFor(store, ours)).stop);
    };
    await claimFor('one');
    await claimFor('one');
    await expect(claimFor('another')).rejects.toMatchObject({
      code: 'REDIS_OF_ANOTHER',
      message: expect.stringMatching(/name ours .*another database.*copy/s),
    });
  });

  it('hold up no start where Redis has gone away, and are looked at when it is back', { timeout: 60_000 }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const address = redisAddress(redis.url);
    const taken = Promise.withResolvers<Error>();
    const ours = { client: client(address), address, installation: 'ours', everyMs: 50, onTaken: taken.resolve };
    redis.freeze();
    onTestFinished((await claimKeysFor('copy', ours)).stop);
    redis.thaw();
    await client(address).set(`{${address.prefix}}:store`, 'original', 'PX', 15_000);
    expect(await taken.promise).toMatchObject({ code: 'REDIS_OF_ANOTHER' });
  });

  it('are free when the other one has ended, and whoever was refused has not kept them for it', async () => {
    const address = redisAddress();
    const { stop } = await claimKeys({ client: client(address), address, installation: 'ours', onTaken });
    stop();
    const key = `{${address.prefix}}:installation`;
    const inspector = client(address);
    await inspector.pexpire(key, 300);
    await expect(claim(address, 'theirs')).rejects.toMatchObject({ code: 'REDIS_OF_ANOTHER' });
    expect(await inspector.pttl(key)).toBeLessThanOrEqual(300);
    await expect.poll(() => inspector.exists(key)).toBe(0);
    await claim(address, 'theirs');
  });

  it('that another one got while the claim had run out are noticed', async () => {
    const address = redisAddress();
    const taken = Promise.withResolvers<Error>();
    const ours = { client: client(address), address, installation: 'ours', everyMs: 50, onTaken: taken.resolve };
    const { stop } = await claimKeys(ours);
    onTestFinished(stop);
    await client(address).set(`{${address.prefix}}:installation`, 'theirs', 'PX', 15_000);
    expect(await taken.promise).toMatchObject({ code: 'REDIS_OF_ANOTHER' });
  });
});
