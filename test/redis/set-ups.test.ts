import tls from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { redisBus } from '../../src/buses/redis/bus.ts';
import { sharedLimits, turnstile } from '../../src/limits/turnstile.ts';
import type { Signal } from '../../src/ports/signals.ts';
import { redisQueue } from '../../src/queues/bullmq/queue.ts';
import type { RedisAddress } from '../../src/redis/address.ts';
import { claimKeys } from '../../src/redis/claim-keys.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { inspectRedis } from '../../src/redis/inspect.ts';
import { redisSignals } from '../../src/signals/redis/signals.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { systemClock as clock } from '../../src/system-clock.ts';
import { nameOf, said } from '../contracts/bus/bench.ts';
import { silentLog as log } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { startCluster, startSentinels, startTlsRedis } from '../servers/redis-set-ups.ts';
import { describeWith } from '../servers.ts';

const [password, other] = ['p@ss/word:of redis', 'of the sentinels'].map(text => text.replaceAll(' ', '-')) as [
  string,
  string,
];
const patient = { timeout: 20_000, interval: 50 };

/** All that Parley uses Redis for, as two processes have it. */
function processes(address: RedisAddress) {
  const [ran, heard, shown]: string[][] = [[], [], []] as never;
  const signalled: Signal[] = [];
  const queue = redisQueue({ address, clock, log, onForgotten: async () => undefined });
  const run = async (key: string): Promise<void> => void ran?.push(key);
  queue.handle('rooms', { concurrency: 2, attempts: 3, run, onGivenUp: () => undefined });
  const buses = [0, 1].map(() => redisBus({ address, clock, log, store: openMemoryStore({ clock }) }));
  const [here, there] = buses;
  const common = { topics: ['Messages'], attempts: 3, most: 1_000 } as const;
  there?.subscribe({
    ...common,
    group: 'audit',
    durable: true,
    handle: async event => void heard?.push(nameOf(event)),
  });
  there?.subscribe({
    ...common,
    group: 'page',
    durable: false,
    handle: async event => void shown?.push(nameOf(event)),
  });
  const [speaker, listener] = [redisSignals({ address, log }), redisSignals({ address, log })];
  listener.listen(signal => signalled.push(signal));
  const shared = sharedLimits(connectRedis(address, 'commands', log), address.prefix);
  const gate = turnstile({ name: 'model', atOnce: 1, perMinute: null, longestMs: 5_000, shared, log });
  onTestFinished(async () => {
    await Promise.all([queue.close(0), ...buses.map(bus => bus.close(0)), speaker.close(), listener.close()]);
    await shared.connection.disconnect(false);
  });
  /** What a process publishes waits until it listens; what another one publishes before is not for it. */
  async function listens(): Promise<void> {
    there?.publish([said('ready', 0)]);
    await expect.poll(() => shown, patient).toContain('ready/0');
  }
  return {
    /** Works once more through all of it. */
    async work(number: number): Promise<void> {
      if (!shown?.includes('ready/0')) await listens();
      queue.wake('rooms', `room ${number}`);
      here?.publish([said('a', number)]);
      (await gate.enter(AbortSignal.timeout(15_000)))();
      await expect.poll(() => ran, patient).toContain(`room ${number}`);
      await expect.poll(() => heard, patient).toContain(`a/${number}`);
      await expect.poll(() => shown, patient).toContain(`a/${number}`);
      await expect
        .poll(() => {
          speaker.send({ type: 'asked-to-wait', server: 'homeserver', account: 'ada', ms: number });
          return signalled.some(signal => signal.type === 'asked-to-wait' && signal.ms === number);
        }, patient)
        .toBe(true);
    },
    order: () => heard?.filter(name => name !== 'ready/0'),
  };
}

async function claimed(address: RedisAddress): Promise<void> {
  const client = connectRedis(address, 'blocking', log);
  onTestFinished(() => client.disconnect());
  onTestFinished((await claimKeys({ client, address, installation: 'ours', onTaken: () => undefined })).stop);
}

describeWith('redis', 'Redis', () => {
  it('by TLS, with a user who may only do what the documents ask for', { timeout: 60_000 }, async () => {
    const redis = await startTlsRedis(password);
    onTestFinished(redis.stop);
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...before, redis.ca]);
    onTestFinished(() => tls.setDefaultCACertificates(before));
    const address = redisAddress();
    await redis.addUser('mara', other, address.prefix);
    const given = { ...address, url: `rediss://mara:${encodeURIComponent(other)}@${redis.places}` };
    expect((await inspectRedis(given)).detail).toContain(redis.places);
    await claimed(given);
    const { work } = processes(given);
    await work(1);
    await work(2);
  });

  it('by TLS with a certificate that nobody knows is refused in words', async () => {
    const redis = await startTlsRedis(password);
    onTestFinished(redis.stop);
    const looked = inspectRedis({
      ...redisAddress(),
      url: `rediss://:${encodeURIComponent(password)}@${redis.places}`,
    });
    await expect(looked).rejects.toMatchObject({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringMatching(/SELF_SIGNED|UNABLE_TO|certificate/i),
    });
  });

  it('behind a sentinel goes on when the master is gone, with what was told meanwhile', {
    timeout: 90_000,
  }, async () => {
    const servers = await startSentinels(password, other);
    onTestFinished(servers.stop);
    const url = `redis://:${encodeURIComponent(password)}@${servers.places}`;
    const address = {
      ...redisAddress(),
      url,
      mode: 'sentinel',
      sentinelName: servers.name,
      sentinelPassword: other,
    } as const;
    expect((await inspectRedis(address)).detail).toMatch(/^Redis \d/);
    await claimed(address);
    const { work, order } = processes(address);
    await work(1);
    await servers.master.kill();
    const begun = performance.now();
    await work(2);
    expect(performance.now() - begun).toBeLessThan(15_000);
    await work(3);
    expect(order()?.filter((name, index, all) => all.indexOf(name) === index)).toEqual(['a/1', 'a/2', 'a/3']);
  });

  it('as a cluster of three', { timeout: 60_000 }, async () => {
    const cluster = await startCluster();
    onTestFinished(cluster.stop);
    const address = { ...redisAddress(), url: `redis://${cluster.places}`, mode: 'cluster' } as const;
    expect((await inspectRedis(address)).detail).toMatch(/^Redis \d/);
    await claimed(address);
    const { work } = processes(address);
    await work(1);
    await work(2);
  });
});
