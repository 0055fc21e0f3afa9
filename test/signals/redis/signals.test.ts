import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import type { Signal } from '../../../src/ports/signals.ts';
import { redisSignals } from '../../../src/signals/redis/signals.ts';
import { signalsContract } from '../../contracts/signals.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { startRedis } from '../../servers/redis.ts';
import { describeWith } from '../../servers.ts';

describeWith('redis', 'Signals over Redis', () => {
  const address = redisAddress();
  signalsContract('Signals over Redis', () => redisSignals({ address, log: silentLog }));

  it('pass over what is no signal', async () => {
    const own = redisAddress();
    const signals = redisSignals({ address: own, log: silentLog });
    onTestFinished(() => signals.close());
    const heard: Signal[] = [];
    signals.listen(signal => void heard.push(signal));
    const redis = new Redis(own.url);
    onTestFinished(() => redis.disconnect());
    while ((await redis.publish(`${own.prefix}:signals`, 'no JSON')) === 0) await sleep(10);
    const hostile = ['{}', 'null', '{"from":"x","signal":{"type":"interrupt","turn":7,"why":"stop"}}'];
    for (const text of hostile) await redis.publish(`${own.prefix}:signals`, text);
    await redis.publish(`${own.prefix}:signals`, '{"from":"x","signal":{"type":"limits-changed"}}');
    while (heard.length === 0) await sleep(10);
    expect(heard).toEqual([{ type: 'limits-changed' }]);
  });

  it('are heard again after Redis was restarted', { timeout: 60_000 }, async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    const own = redisAddress(server.url);
    const [a, b] = [redisSignals({ address: own, log: silentLog }), redisSignals({ address: own, log: silentLog })];
    onTestFinished(async () => void (await Promise.all([a.close(), b.close()])));
    let heard = 0;
    b.listen(() => {
      heard += 1;
    });
    const untilHeard = async (): Promise<void> => {
      for (const before = heard; heard === before; await sleep(20)) a.send({ type: 'limits-changed' });
    };
    await untilHeard();
    await server.restart();
    await untilHeard();
    expect(heard).toBeGreaterThan(1);
  });
});
