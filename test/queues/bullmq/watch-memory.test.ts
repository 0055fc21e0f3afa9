import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { watchMemory } from '../../../src/queues/bullmq/watch-memory.ts';
import { connectRedis, type RedisClient } from '../../../src/redis/connect.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { startRedis } from '../../servers/redis.ts';
import { describeWith } from '../../servers.ts';

/** The client, but the answer to the first script that reaches Redis is lost. */
function losingOne(client: RedisClient): RedisClient {
  let lost = false;
  return new Proxy(client, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'eval') return value.bind(target);
      return async (...given: unknown[]) => {
        const answer = await Reflect.apply(value, target, given);
        if (lost) return answer;
        lost = true;
        throw new Error('Command timed out');
      };
    },
  });
}

describeWith('redis', 'what Redis has forgotten', () => {
  it('is looked up within seconds also where the answer to a claim was lost', { timeout: 30_000 }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const client = connectRedis(redisAddress(redis.url), 'blocking', silentLog);
    onTestFinished(() => client.disconnect());
    let looks = 0;
    const onForgotten = async (): Promise<void> => {
      looks += 1;
    };
    const watch = watchMemory({ client: losingOne(client), key: 'mark', log: silentLog, onForgotten });
    onTestFinished(watch.stop);
    for (const end = Date.now() + 10_000; looks === 0 && Date.now() < end; ) await sleep(20);
    expect([looks, await client.get('mark')]).toEqual([1, expect.stringMatching(/^known \w+$/)]);
  });
});
