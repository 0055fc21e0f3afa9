import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sharedLimits, turnstile } from '../../src/limits/turnstile.ts';
import { type Turnstile, TurnstileFull } from '../../src/ports/turnstile.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { silentLog } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { startRedis } from '../servers/redis.ts';
import { describeWith } from '../servers.ts';

const given = { name: 'model', atOnce: 2, perMinute: null, longestMs: 60_000, log: silentLog };
const patient = new AbortController().signal;

/** Tries to enter, and says whether it could within a moment. */
async function enters(gate: Turnstile, ms = 300): Promise<(() => void) | null> {
  const giveUp = new AbortController();
  const entered = gate.enter(giveUp.signal).catch(() => null);
  const late = sleep(ms).then(() => null);
  const leave = await Promise.race([entered, late]);
  if (leave === null) giveUp.abort();
  return leave;
}

describe('a turnstile', () => {
  it('lets so many through at once, and the next when one leaves', async () => {
    const gate = turnstile({ ...given, shared: null });
    const [one, two] = [await gate.enter(patient), await gate.enter(patient)];
    expect(await enters(gate)).toBeNull();
    one();
    const three = await enters(gate);
    expect(three).not.toBeNull();
    two();
    three?.();
  });

  it('lets so many through in a minute', async () => {
    const gate = turnstile({ ...given, atOnce: null, perMinute: 2, shared: null });
    for (let number = 0; number < 2; number += 1) (await gate.enter(patient))();
    expect(await enters(gate)).toBeNull();
  });

  it('lets only so many wait', async () => {
    const gate = turnstile({ ...given, atOnce: 1, shared: null });
    await gate.enter(patient);
    const giveUp = new AbortController();
    const waiting = Array.from({ length: 1_000 }, () => gate.enter(giveUp.signal).catch(() => null));
    await expect(gate.enter(patient)).rejects.toBeInstanceOf(TurnstileFull);
    giveUp.abort();
    await Promise.all(waiting);
  });
});

describeWith('redis', 'A turnstile of several processes', () => {
  function process(address: ReturnType<typeof redisAddress>): Turnstile {
    const client = connectRedis(address, 'commands', silentLog);
    const shared = sharedLimits(client, address.prefix);
    onTestFinished(async () => {
      await shared.connection.disconnect(false);
    });
    return turnstile({ ...given, shared });
  }

  it('lets so many through in all of them together, and each by itself while Redis is away', async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const address = redisAddress(redis.url);
    const [one, two] = [process(address), process(address)];
    await sleep(500);
    const first = await one.enter(patient);
    await two.enter(patient);
    expect(await enters(one)).toBeNull();
    expect(await enters(two)).toBeNull();
    first();
    const third = await enters(two, 6_000);
    expect(third).not.toBeNull();
    const waits = enters(one, 6_000);
    await redis.kill();
    expect(await waits).not.toBeNull();
    expect(await enters(two)).not.toBeNull();
  });

  it('lets people through by itself where Redis refuses to count, as it does when its memory is full', async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const address = redisAddress(redis.url);
    const gate = process(address);
    (await gate.enter(patient))();
    const admin = connectRedis(address, 'commands', silentLog);
    onTestFinished(() => admin.disconnect());
    await once(admin, 'ready');
    await admin.call('CONFIG', 'SET', 'maxmemory', '1');
    expect(await enters(gate, 10_000)).not.toBeNull();
    expect(await enters(gate, 10_000)).not.toBeNull();
    expect(await enters(gate)).toBeNull();
  });
});
